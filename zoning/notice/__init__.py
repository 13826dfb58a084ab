"""The case of a zone change as pure functions: what is lawful is decided here.

`decide` turns an act into events or refuses it with all reasons; `apply` says what a case becomes
by an event. There is no database, no web and no clock in here: `now` is passed in.
"""

from zoning.notice.case import NO_CASE, Actor, Case, Event
from zoning.notice.decide import Decision, decide, possible_steps
from zoning.notice.fold import apply, fold
from zoning.notice.model import Role, State
from zoning.notice.refusal import Refusal

__all__ = [
    "NO_CASE",
    "Actor",
    "Case",
    "Decision",
    "Event",
    "Refusal",
    "Role",
    "State",
    "apply",
    "decide",
    "fold",
    "possible_steps",
]
