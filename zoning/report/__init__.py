"""Documents and tables of a case as bytes: notice, consultation report, ledgers, archive.

Functions take values and give bytes, the same bytes for the same values; what is written where is
decided by who calls them. No HTML in here.
"""
