"""What people do in the made-up case besides writing: a questionnaire, a meeting with a draw."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from webmap.services.office import Office
    from zoning.notice import Actor
    from zoning.notice.acts import Act

    Does = Callable[[str, Act], object]

ASKED_FOR = timedelta(days=10)
BEFORE_IT = timedelta(days=5)
PLACES = 3
COMING = 5
SEED = "03 11 17 20 25 30 08"


def take_part(
    office: Office, case_id: str, *, does: Does, passes: Callable[[timedelta], None], public: Actor
) -> None:
    """Ask a questionnaire, hold a meeting for which too many sign up, and record it.

    Parameters
    ----------
    office, case_id
        The demo county and its case, whose notice runs.
    does
        Does a step as somebody with a role.
    passes
        Lets time pass.
    public
        Those who answer and sign up.
    """
    from webmap.services.attachments import Attachment
    from zoning.notice import acts
    from zoning.notice.participation import (
        Meeting,
        MeetingKind,
        Question,
        QuestionKind,
        Questionnaire,
    )
    from zoning.notice.places_draw import draw_places
    from zoning.notice.sealing import FormDraft, SignUpDraft

    until = office.today() + ASKED_FOR
    questions = (
        Question("您是否了解本次调整？（演示）", QuestionKind.ONE, ("了解", "不了解")),
        Question("您最关心什么？（演示）", QuestionKind.SEVERAL, ("距离", "安全", "学位")),
        Question("其他建议（演示）", QuestionKind.TEXT),
    )
    does(
        "publisher",
        acts.AskQuestions(Questionnaire("q1", "学区调整问卷（演示）", until, questions)),
    )
    meeting = Meeting(
        "m1", "家长座谈会（演示）", MeetingKind.SYMPOSIUM, until + BEFORE_IT, "14:30", "县教育局",
        until, PLACES, 1, "报名截止次日的双色球开奖号码（演示）",
    )  # fmt: skip
    does("publisher", acts.AnnounceMeeting(meeting))
    for number in range(COMING):
        form = FormDraft("q1", ((number % 2,), (0, number % 3) if number % 3 else (0,), ()),
                         ("", "", "请增设校车（演示）"), f"demo-{number}")  # fmt: skip
        office.participation.fill_in(case_id, form, actor=public, now=office.now())
        wants = SignUpDraft("m1", f"家长{number + 1}（演示）", "演示", f"demo-{number}")
        office.participation.sign_up(case_id, wants, actor=public, now=office.now())
    passes(ASKED_FOR + timedelta(days=1))
    (announced,) = office.cases.load(case_id).meetings
    drawn = draw_places(announced, SEED)
    does("publisher", acts.DrawPlaces("m1", drawn.seed, drawn.chosen, drawn.observers))
    passes(BEFORE_IT)
    minutes = Attachment("demo.txt", "text/plain", "演示材料".encode()).evidence
    does("drafter", acts.HoldMeeting("m1", PLACES, 0, minutes))
