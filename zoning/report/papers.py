"""All papers of a case after its notice: report, table of replies and ledger, by file name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zoning.notice.verify import read_lines
from zoning.report.consultation_report import consultation_report
from zoning.report.ledger import adoption_book, ledger_book

if TYPE_CHECKING:
    from zoning.report.case_archive import CaseFile
    from zoning.report.ledger import LedgerHead
    from zoning.rules import NoticeRules

REPORT_PDF, REPORT_DOCX = "consultation-report.pdf", "consultation-report.docx"
ADOPTION_BOOK, LEDGER_BOOK = "opinions-and-replies.xlsx", "ledger.xlsx"


def case_papers(
    whole: CaseFile,
    *,
    rules: NoticeRules,
    language: str,
    summary: str = "",
    head: LedgerHead | None = None,
) -> dict[str, bytes]:
    """Return the papers of a case: the same bytes for the same log and texts.

    Parameters
    ----------
    whole
        Everything that is kept of it, of which its log and the texts that are shown are used.
    rules
        Rules that it is under.
    language
        Language of the words.
    summary
        What the bureau says in short of what was said.
    head
        Who keeps the ledger.

    Raises
    ------
    StorageError
        The machine has no font with Chinese characters.
    """
    from zoning.report.docx import docx_of
    from zoning.report.typeset import pdf

    case, lines = whole.case(), read_lines(whole.log)
    last = json.loads(lines[-1])["digest"] if lines else ""
    report = consultation_report(
        case,
        rules=rules,
        language=language,
        head=last,
        summary=summary,
        shown_texts=whole.shown,
    )
    return {
        REPORT_PDF: pdf(report),
        REPORT_DOCX: docx_of(report),
        ADOPTION_BOOK: adoption_book(case, shown_texts=whole.shown, language=language),
        LEDGER_BOOK: ledger_book(case, shown_texts=whole.shown, language=language, head=head),
    }
