"""What came of questionnaires and meetings, as plain values for the consultation report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.notice.participation import results
from zoning.notice.places_draw import list_digest
from zoning.notice.record import record_of

if TYPE_CHECKING:
    from zoning.notice.case import Case
    from zoning.notice.participation import Announced, Asked


def participation_record(case: Case) -> dict[str, Any]:
    """Return counts of questionnaires and meetings; no words and no names are in it."""
    return {
        "questionnaires": [_questionnaire(asked) for asked in case.questionnaires],
        "meetings": [_meeting(announced) for announced in case.meetings],
    }


def _questionnaire(asked: Asked) -> dict[str, Any]:
    found, one = results(asked), asked.questionnaire
    return {
        "name": one.name,
        "title": one.title,
        "until": one.until.isoformat(),
        "closed": asked.closed,
        "forms": found.raw,
        "participants": found.participants,
        "questions": [
            {
                "text": question.text,
                "kind": str(question.kind),
                "options": [
                    {"option": option, "participants": count}
                    for option, count in zip(question.options, counts, strict=True)
                ],
            }
            for question, counts in zip(one.questions, found.counts, strict=True)
        ],
    }


def _meeting(announced: Announced) -> dict[str, Any]:
    observers = sum(item.observer for item in announced.signed_up)
    return {
        "meeting": record_of(announced.meeting),
        "announced_at": record_of(announced.announced_at),
        "signed_up": len(announced.signed_up) - observers,
        "observers": observers,
        "list": list_digest(announced.signed_up),
        "drawn": record_of(announced.drawn),
        "held": record_of(announced.held),
        "cancelled": announced.cancelled,
    }
