"""What a solution says, in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zoning.partition.problem import Note, Term
    from zoning.partition.reasons import Reason

SEVERAL = "、"


def reason_text(reason: Reason, language: str, *, names: Mapping[str, str]) -> str:
    """Say why children are over the seats.

    Parameters
    ----------
    reason
        One of `Solution.reasons`.
    language
        One of `zoning.messages.languages()`.
    names
        Name by zone id.
    """
    values = {
        "year": reason.year,
        "zones": _names(reason.zone_ids, names),
        "children": reason.children,
        "seats": reason.seats,
        "overload": reason.overload,
    }
    return text(f"partition.WHY_{reason.code}", language, values)


def note_text(note: Note, language: str, *, names: Mapping[str, str]) -> str:
    """Say what the officer has to know about how the problem was put.

    Parameters
    ----------
    note
        One of `Problem.notes`.
    language
        One of `zoning.messages.languages()`.
    names
        Name by zone or school id.
    """
    values = {
        "zones": _names(note.zone_ids, names),
        "blocks": SEVERAL.join(note.block_ids),
    }
    return text(f"partition.NOTE_{note.code}", language, values)


def term_text(term: Term, language: str) -> tuple[str, str]:
    """Return the name of a term and of its unit.

    Parameters
    ----------
    term
        One of `Problem.terms`.
    language
        One of `zoning.messages.languages()`.
    """
    return (
        text(f"partition.TERM_{term.name}", language),
        text(f"partition.UNIT_{term.unit}", language),
    )


def _names(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return SEVERAL.join(names.get(item, item) for item in ids)
