"""The one table of all steps: who may do what in which state, what it leads to, what guards it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.notice import acts
from zoning.notice.guards import answering, deciding, drafting, participating, running
from zoning.notice.model import Role, State

if TYPE_CHECKING:
    from zoning.notice.refusal import Guard

DRAFTER, REVIEWER, MODERATOR = Role.DRAFTER, Role.REVIEWER, Role.MODERATOR
PUBLISHER, AUDITOR, ADMINISTRATOR = Role.PUBLISHER, Role.AUDITOR, Role.ADMINISTRATOR
SYSTEM, PUBLIC = Role.SYSTEM, Role.PUBLIC

BEFORE_NOTICE = (
    State.DRAFT,
    State.RISK_ASSESSED,
    State.DEPARTMENTS_HEARD,
    State.EXPERTS_HEARD,
    State.HEARING_HELD,
)
HEARD = BEFORE_NOTICE[2:]
# the version of a scheduled case is entered already: it can be superseded, and not taken back
AFTER_NOTICE = (State.CLOSED, State.ANSWERED, State.DECIDED, State.FILED)
# opinions of an earlier notice may still be read after a return to the draft
READING = (*BEFORE_NOTICE, State.RUNNING, State.CLOSED)
CONSULTING = (*BEFORE_NOTICE, State.RUNNING)
OPEN = (*BEFORE_NOTICE, State.RUNNING, *AFTER_NOTICE)
EVER = (*OPEN, State.SCHEDULED, State.IN_FORCE, State.SUPERSEDED, State.WITHDRAWN)


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Parameters
    ----------
    act
        What is done.
    roles
        Who may do it.
    states
        In which states.
    to
        State that it leads to; None where the state stays.
    guards
        What is looked at besides.
    any_clock
        Whether it is taken even while the clock stands before the last event: what comes from
        outside must not get lost because of a wrong clock. It counts as of the last event then.
    """

    act: type[Any]
    roles: tuple[Role, ...]
    states: tuple[State, ...]
    to: State | None = None
    guards: tuple[Guard, ...] = ()
    any_clock: bool = False


TABLE: tuple[Step, ...] = (
    Step(
        acts.OpenCase,
        (DRAFTER,),
        (State.NEW,),
        State.DRAFT,
        (drafting.trigger_shown, drafting.rules_named),
    ),
    Step(
        acts.ChangeRules,
        (REVIEWER,),
        (State.DRAFT,),
        None,
        (drafting.rules_named, drafting.has_reason),
    ),
    Step(acts.AddPlan, (DRAFTER,), (State.DRAFT,), None, (drafting.plan_new,)),
    Step(
        acts.AssessRisk,
        (DRAFTER,),
        (State.DRAFT, State.RISK_ASSESSED),
        State.RISK_ASSESSED,
        (drafting.risk_complete,),
    ),
    Step(
        acts.HearDepartments,
        (DRAFTER,),
        (State.RISK_ASSESSED,),
        State.DEPARTMENTS_HEARD,
        (drafting.departments_answered,),
    ),
    Step(
        acts.HearExperts,
        (DRAFTER,),
        (State.DEPARTMENTS_HEARD,),
        State.EXPERTS_HEARD,
        (drafting.experts_named,),
    ),
    Step(
        acts.AnnounceHearing,
        (PUBLISHER,),
        (State.DEPARTMENTS_HEARD, State.EXPERTS_HEARD),
        None,
        (drafting.announced_ahead,),
    ),
    Step(
        acts.HoldHearing,
        (DRAFTER, REVIEWER),
        (State.DEPARTMENTS_HEARD, State.EXPERTS_HEARD),
        State.HEARING_HELD,
        (drafting.hearing_was_due,),
    ),
    Step(acts.AcknowledgeDrift, (REVIEWER,), BEFORE_NOTICE, None, (drafting.drift_named,)),
    Step(
        acts.PublishNotice,
        (PUBLISHER,),
        HEARD,
        State.RUNNING,
        (
            drafting.rules_unchanged,
            running.departments_heard,
            running.hearing_done,
            running.of_assessed_plan,
            running.up_to_date,
            running.complete,
            running.long_enough,
        ),
    ),
    Step(
        acts.RecordReach,
        (SYSTEM,),
        (State.RUNNING,),
        None,
        (drafting.rules_unchanged, running.beats_new),
    ),
    Step(
        acts.RecordProof,
        (DRAFTER, MODERATOR, PUBLISHER),
        (*BEFORE_NOTICE, State.RUNNING, State.CLOSED, State.ANSWERED),
        None,
        (running.proof_shown,),
    ),
    Step(
        acts.ReportError,
        (DRAFTER, REVIEWER, MODERATOR, PUBLISHER, AUDITOR),
        (State.RUNNING,),
        None,
        (running.error_said,),
    ),
    Step(
        acts.RestartNotice,
        (PUBLISHER,),
        (State.RUNNING,),
        State.RUNNING,
        (
            drafting.rules_unchanged,
            drafting.has_reason,
            running.errors_named,
            running.of_assessed_plan,
            running.up_to_date,
            running.complete,
            running.long_enough,
        ),
    ),
    Step(
        acts.PublishErratum,
        (PUBLISHER,),
        (State.RUNNING,),
        None,
        (
            drafting.rules_unchanged,
            running.error_open,
            running.error_said,
            running.nothing_of_substance,
            running.complete,
        ),
    ),
    Step(
        acts.DismissError,
        (PUBLISHER,),
        (State.RUNNING,),
        None,
        (running.error_open, drafting.has_reason),
    ),
    Step(
        acts.ReceiveOpinion,
        (PUBLIC, DRAFTER, MODERATOR),
        (State.RUNNING, State.CLOSED),
        None,
        (answering.opinion_whole, answering.opinion_in_time),
        any_clock=True,
    ),
    Step(
        acts.ShowOpinion,
        (MODERATOR,),
        READING,
        None,
        (answering.opinion_known, answering.shown_new),
    ),
    Step(
        acts.WithholdOpinion,
        (MODERATOR,),
        EVER,
        None,
        (answering.opinion_known, answering.withheld_new),
    ),
    Step(
        acts.EraseOpinion,
        (ADMINISTRATOR,),
        EVER,
        None,
        (answering.opinion_known, answering.erased_new),
    ),
    Step(acts.GroupOpinions, (MODERATOR,), READING, None, (answering.groups_hold_all,)),
    Step(acts.ReplyToGroup, (DRAFTER, MODERATOR), READING, None, (answering.reply_whole,)),
    Step(
        acts.AskQuestions,
        (PUBLISHER,),
        CONSULTING,
        None,
        (participating.questions_whole,),
    ),
    Step(
        acts.FillIn,
        (PUBLIC, DRAFTER, MODERATOR),
        READING,
        None,
        (participating.form_fits,),
        any_clock=True,
    ),
    Step(
        acts.CloseQuestions,
        (PUBLISHER,),
        READING,
        None,
        (participating.questions_open, drafting.has_reason),
    ),
    Step(
        acts.AnnounceMeeting,
        (PUBLISHER,),
        CONSULTING,
        None,
        (participating.meeting_whole,),
    ),
    Step(
        acts.SignUp,
        (PUBLIC, DRAFTER, MODERATOR),
        READING,
        None,
        (participating.sign_up_open,),
        any_clock=True,
    ),
    Step(acts.EraseEntry, (ADMINISTRATOR,), EVER, None, (participating.entry_there,)),
    Step(acts.DrawPlaces, (PUBLISHER,), READING, None, (participating.draw_right,)),
    Step(
        acts.HoldMeeting,
        (DRAFTER, REVIEWER),
        READING,
        None,
        (participating.meeting_was_due,),
    ),
    Step(
        acts.CancelMeeting,
        (PUBLISHER,),
        READING,
        None,
        (participating.meeting_open, drafting.has_reason),
    ),
    Step(
        acts.CloseNotice,
        (PUBLISHER, SYSTEM),
        (State.RUNNING,),
        State.CLOSED,
        (drafting.rules_unchanged, running.whole_period, running.errors_ended),
    ),
    Step(
        acts.PublishReplies,
        (PUBLISHER,),
        (State.CLOSED,),
        State.ANSWERED,
        (
            answering.table_shown,
            answering.all_answered,
            participating.meetings_ended,
            participating.questionnaires_over,
        ),
    ),
    Step(
        acts.ProposeDecision,
        (DRAFTER,),
        (State.ANSWERED,),
        None,
        (deciding.report_shown, drafting.has_reason),
    ),
    Step(
        acts.ApproveDecision, (REVIEWER,), (State.ANSWERED,), State.DECIDED, (deciding.two_people,)
    ),
    Step(
        acts.FileUpward,
        (DRAFTER, PUBLISHER),
        (State.DECIDED,),
        State.FILED,
        (deciding.filing_whole,),
    ),
    Step(
        acts.ScheduleVersion,
        (PUBLISHER,),
        (State.FILED,),
        State.SCHEDULED,
        (deciding.as_on_notice, deciding.effective_in_time),
    ),
    Step(
        acts.BringIntoForce,
        (PUBLISHER, SYSTEM),
        (State.SCHEDULED,),
        State.IN_FORCE,
        (deciding.day_has_come, deciding.whole_road),
    ),
    Step(
        acts.Supersede,
        (PUBLISHER, SYSTEM),
        (State.IN_FORCE,),
        State.SUPERSEDED,
        (deciding.named,),
    ),
    Step(
        acts.ReturnToDraft,
        (REVIEWER,),
        (*BEFORE_NOTICE[1:], State.RUNNING, *AFTER_NOTICE),
        State.DRAFT,
        (drafting.has_reason,),
    ),
    Step(acts.Withdraw, (REVIEWER,), OPEN, State.WITHDRAWN, (drafting.has_reason,), any_clock=True),
)

STEPS: dict[type[Any], Step] = {step.act: step for step in TABLE}
