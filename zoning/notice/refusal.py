"""Why a step is refused: a key of the catalogue with its values, said in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from zoning.messages import Phrase, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from zoning.notice.case import Actor, Case
    from zoning.notice.model import Role, State
    from zoning.rules import NoticeRules

A_co = TypeVar("A_co", covariant=True)


@dataclass(frozen=True)
class Refusal:
    """One reason why a step is refused.

    Parameters
    ----------
    key
        Message of the catalogue.
    params
        Values for its placeholders; a tuple is said as a list.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Say the reason in words."""
        return text(self.key, language, {k: _said(v, language) for k, v in self.params.items()})


@dataclass(frozen=True)
class Moment(Generic[A_co]):
    """What a guard looks at: an act that is asked for, and the case at that moment.

    Parameters
    ----------
    case
        The case before the act.
    act
        What is asked for.
    now
        When, in UTC.
    actor
        By whom.
    rules
        Under which rules.
    """

    case: Case
    act: A_co
    now: datetime
    actor: Actor
    rules: NoticeRules


if TYPE_CHECKING:
    Guard = Callable[[Moment[Any]], Iterator[Refusal]]


def refuse(key: str, /, **params: object) -> Refusal:
    """Return a reason."""
    return Refusal(key, params)


def state_word(state: State) -> Phrase:
    """Return what a state is called."""
    return Phrase(f"notice.STATE_{state}")


def role_word(role: Role) -> Phrase:
    """Return what a role is called."""
    return Phrase(f"notice.ROLE_{role}")


def _said(value: object, language: str) -> object:
    if isinstance(value, tuple):
        return text("notice.COMMA", language).join(str(_said(item, language)) for item in value)
    return text(value.key, language, value.params) if isinstance(value, Phrase) else value
