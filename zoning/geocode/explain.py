"""An answer in one line, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.geocode.answer import MatchCode, Reason
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zoning.geocode.answer import Answer
    from zoning.geocode.gazetteer import Gazetteer

# what such an answer rests on is no row of the table
_NO_ROW = frozenset({MatchCode.INTERPOLATED, MatchCode.ROAD, MatchCode.VILLAGE})
# where an officer would look first, and no answer
_NO_POINT = frozenset({MatchCode.TIED, MatchCode.REFUSED})
# somebody has decided so: nothing is left to be checked
_NO_PLACE = "queue.DECIDED_NONE"
# a reason that somebody wrote may bring its own
_STOPS = "。.；; "
# beyond these a figure would say more than is known
_NEARLY, _HARDLY = 0.99, 0.01


def explain(answer: Answer, *, language: str, gazetteer: Gazetteer) -> str:
    """Say what was found, how sure it is and why, in one line.

    Parameters
    ----------
    answer
        The answer.
    language
        One of `messages.languages()`.
    gazetteer
        The table that was asked.
    """
    reasons = list(answer.reasons)
    if not answer.accepted and not any(reason.key == _NO_PLACE for reason in reasons):
        reasons.append(Reason("NOT_ACCEPTED", {}))
    said = say([(reason.key, reason.params) for reason in reasons], language)
    head = [_found(answer, language, gazetteer), _chance(answer, language)]
    parts = [
        code_name(answer.code, language),
        text("geocode.COMMA", language).join(part for part in head if part),
    ]
    line = text("geocode.COLON", language).join(part for part in parts if part)
    ended = [text("geocode.END", language, {"said": part}) for part in (line, said) if part]
    return text("geocode.SPACE", language).join(ended)


def code_name(code: str, language: str) -> str:
    """Return the name of a match code."""
    return text(f"geocode.CODE_{code}", language)


def say(reasons: Iterable[tuple[str, Mapping[str, Any]]], language: str) -> str:
    """Say reasons, each its key and what is put into its text, in one line.

    A key may name an area of its own: queue.ALIAS. The line has no stop at its end.
    """
    said = (
        text(key if "." in key else f"geocode.{key}", language, params) for key, params in reasons
    )
    return text("geocode.AND", language).join(said).rstrip(_STOPS)


def _found(answer: Answer, language: str, gazetteer: Gazetteer) -> str:
    if answer.row is None or answer.code in _NO_ROW:
        return ""
    name, address = gazetteer.names.at(answer.row), gazetteer.addresses.at(answer.row)
    found = name or address or gazetteer.ids.at(answer.row)
    if name and address:
        found = text("geocode.FOUND", language, {"name": name, "address": address})
    if answer.code is not MatchCode.REFUSED:
        return found
    return text("geocode.NEAREST", language, {"found": found})


def _chance(answer: Answer, language: str) -> str:
    if answer.code is MatchCode.REFUSED:
        # no answer has no chance; what the nearest place lacks stands among the reasons
        return ""
    if answer.probability >= _NEARLY:
        chance = text("geocode.NEARLY_SURE", language)
    elif answer.probability < _HARDLY:
        chance = text("geocode.HARDLY", language)
    else:
        chance = text("geocode.CHANCE", language, {"chance": answer.probability})
    if answer.radius_m is None or answer.code in _NO_POINT:
        return chance
    return text("geocode.WITHIN", language, {"chance": chance, "radius": answer.radius_m})
