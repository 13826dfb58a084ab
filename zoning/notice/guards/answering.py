"""Guards of opinions and of what is answered to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.notice.content import is_digest
from zoning.notice.model import Channel, Role, State
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.notice import acts
    from zoning.notice.case import Case
    from zoning.notice.refusal import Moment, Refusal

SHORTEST, LONGEST = 2, 5000
LONGEST_PLACE = 80


def opinion_whole(moment: Moment[acts.ReceiveOpinion]) -> Iterator[Refusal]:
    """Look whether an opinion has its digests, its place and a text of allowed length."""
    act = moment.act
    if not is_digest(act.sealed) or not is_digest(act.participant):
        yield refuse("notice.OPINION_NOT_SEALED")
    if not SHORTEST <= act.length <= LONGEST:
        yield refuse("notice.OPINION_LENGTH", least=SHORTEST, most=LONGEST)
    if not act.place.strip() or len(act.place) > LONGEST_PLACE:
        yield refuse("notice.OPINION_PLACE", most=LONGEST_PLACE)


def opinion_in_time(moment: Moment[acts.ReceiveOpinion]) -> Iterator[Refusal]:
    """Look whether an opinion came while the notice was running.

    On line that is until it is closed; on paper it may be entered after that, if it had come
    before the end.
    """
    case, act = moment.case, moment.act
    if act.channel == Channel.ONLINE:
        if act.received_at is not None:
            yield refuse("notice.OPINION_TIME")
        if case.state != State.RUNNING:
            yield refuse("notice.OPINION_LATE")
        return
    if Role.PUBLIC in moment.actor.roles and len(moment.actor.roles) == 1:
        yield refuse("notice.OPINION_BY_STAFF")
    if act.received_at is None or not case.notices or case.period is None:
        yield refuse("notice.OPINION_TIME")
        return
    if not case.notices[0].at <= act.received_at <= moment.now:
        yield refuse("notice.OPINION_TIME")
    elif act.received_at >= case.period.ends_at and case.state != State.RUNNING:
        yield refuse("notice.OPINION_LATE")


def opinion_known(
    moment: Moment[acts.ShowOpinion | acts.WithholdOpinion | acts.EraseOpinion],
) -> Iterator[Refusal]:
    """Look whether there is such an opinion."""
    if moment.case.opinions.get(moment.act.opinion) is None:
        yield refuse("notice.NO_OPINION", opinion=moment.act.opinion)


def shown_new(moment: Moment[acts.ShowOpinion]) -> Iterator[Refusal]:
    """Look whether an opinion is not shown yet, and not erased."""
    opinion = moment.case.opinions.get(moment.act.opinion)
    if opinion is not None and (opinion.shown or opinion.erased):
        yield refuse("notice.OPINION_DECIDED", opinion=opinion.number)
    if not is_digest(moment.act.shown):
        yield refuse("notice.OPINION_NOT_SEALED")


def withheld_new(moment: Moment[acts.WithholdOpinion]) -> Iterator[Refusal]:
    """Look whether an opinion is not withheld yet."""
    opinion = moment.case.opinions.get(moment.act.opinion)
    if opinion is not None and opinion.withheld is not None:
        yield refuse("notice.OPINION_DECIDED", opinion=opinion.number)


def erased_new(moment: Moment[acts.EraseOpinion]) -> Iterator[Refusal]:
    """Look whether an opinion is not erased yet, and the law is named."""
    opinion = moment.case.opinions.get(moment.act.opinion)
    if opinion is not None and opinion.erased:
        yield refuse("notice.OPINION_DECIDED", opinion=opinion.number)
    if not moment.act.basis.strip():
        yield refuse("notice.NO_REASON")


def groups_hold_all(moment: Moment[acts.GroupOpinions]) -> Iterator[Refusal]:
    """Look whether every opinion that is shown is in one group, and answered groups stay whole."""
    case, groups = moment.case, moment.act.groups
    members = [number for group in groups for number in group]
    placed = set(members)
    if len(placed) != len(members) or not all(groups):
        yield refuse("notice.GROUPS_OVERLAP")
    before = {number for group in case.groups for number in group.members}
    shown = {opinion.number for opinion in case.opinions if opinion.shown}
    if not shown <= placed:
        yield refuse("notice.GROUPS_MISS", count=len(shown - placed))
    if not placed <= shown | before:
        yield refuse("notice.GROUPS_UNKNOWN", count=len(placed - shown - before))
    home = {number: min(group) for group in groups if group for number in group}
    torn = tuple(
        group.name
        for group in case.groups
        if group.reply is not None
        and any(home.get(number) != group.name for number in group.members)
    )
    if torn:
        yield refuse("notice.GROUP_ANSWERED", groups=torn)


def reply_whole(moment: Moment[acts.ReplyToGroup]) -> Iterator[Refusal]:
    """Look whether a reply has its group, its reason and a named office."""
    act = moment.act
    if moment.case.place_of_group(act.group) is None:
        yield refuse("notice.NO_GROUP", group=act.group)
    if not act.reason.strip():
        yield refuse("notice.NO_REASON")
    if not act.office.strip():
        yield refuse("notice.NO_OFFICE")


def all_answered(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether every opinion was decided on, grouped and answered."""
    yield from answer_refusals(moment.case)


def answer_refusals(case: Case) -> Iterator[Refusal]:
    """Say which opinions are still without an answer."""
    if case.opinions.pending:
        yield refuse("notice.OPINIONS_PENDING", count=case.opinions.pending)
    grouped = {number for group in case.groups for number in group.members}
    loose = sum(1 for item in case.opinions if item.shown and item.number not in grouped)
    if loose:
        yield refuse("notice.OPINIONS_UNGROUPED", count=loose)
    silent = sum(1 for group in case.groups if group.reply is None)
    if silent:
        yield refuse("notice.GROUPS_UNANSWERED", count=silent)


def table_shown(moment: Moment[acts.PublishReplies]) -> Iterator[Refusal]:
    """Look whether the table of opinions and replies is there."""
    if not is_digest(moment.act.table.digest):
        yield refuse("notice.NO_TABLE")
