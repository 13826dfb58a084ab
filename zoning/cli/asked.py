"""What a command line asks for before it is understood: language and form of the answer.

Help, faults of the command line itself, and Ctrl-C while libraries are loaded are told so, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.messages import choose_language

if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGE_OPTIONS = ("--lang", "--language")
JSON_OPTION = "--json"


def asked_for(words: Sequence[str]) -> tuple[str, bool]:
    """Return the language, and whether the answer is to be JSON.

    Parameters
    ----------
    words
        The command line without the program's name.
    """
    options = list(words)[: list(words).index("--")] if "--" in words else list(words)
    language = None
    for at, word in enumerate(options):
        name, given, value = word.partition("=")
        if name in LANGUAGE_OPTIONS:
            language = value if given else next(iter(options[at + 1 :]), None)
    return choose_language(language), JSON_OPTION in options
