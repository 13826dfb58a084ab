"""A case with everything that is kept of it, put together from the story of `notice_story`."""

from __future__ import annotations

import hashlib
from datetime import date

from notice_story import DRAFTER, MODERATOR, PUBLIC, PUBLISHER, Story, at, meeting, questionnaire

from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import canonical, digest_of
from zoning.notice.log import chain, exported
from zoning.notice.opinions import Draft, sealed
from zoning.notice.places_draw import draw_places
from zoning.report.case_archive import CaseFile, Sealed, StoredFile

NOTICE_SALT = b"n" * 16
# numbers of forms and of sign-ups among what is sealed
FORMS, NAMES, END = 11, 14, 16
MINUTES = b"minutes of the meeting"
TEXTS = ("太远了，孩子要过两条大路", '=HYPERLINK("http://x")', "建议增设校车", "电话████，请回电")


def salt(number: int) -> bytes:
    return bytes([number]) * 16


def more(number: int) -> Sealed:
    """Return what was sealed of a form or a sign-up."""
    words = {"questionnaire": "q1", "words": ["", "", f"建议{number}"]}
    name = {"meeting": "m1", "name": f"王{number}", "contact": "139"}
    return Sealed(salt(number), canonical(words if number < NAMES else name))


def digest_of_more(number: int) -> str:
    kept = more(number)
    return hashlib.sha256(kept.salt + kept.content.encode()).hexdigest()


def told() -> tuple[Story, dict[int, str], dict[int, Sealed]]:
    """Return a story up to the decision, its shown texts and its sealed originals."""
    story = Story()
    story.up_to_notice("2026-05-26 09:00")
    story.does(a.AskQuestions(questionnaire()), PUBLISHER)
    for number, device in enumerate(("d1", "d2", "d2"), start=FORMS):
        form = a.FillIn("q1", digest_of(device), digest_of_more(number), ((0,), (0, 1), ()))
        story.does(form, PUBLIC)
    story.does(a.AnnounceMeeting(meeting(places=1)), PUBLISHER)
    for number, device in enumerate(("d1", "d2"), start=NAMES):
        story.does(a.SignUp("m1", digest_of(device), digest_of_more(number)), PUBLIC)
    originals = {}
    for number, text in enumerate(TEXTS, start=1):
        draft = Draft(text, "阳光花园", "distance", "against", device=f"d{number % 3}")
        story.does(sealed(draft, salt=salt(number), notice_salt=NOTICE_SALT), PUBLIC)
        content = canonical({"text": text, "contact": "", "place": "阳光花园"})
        originals[number] = Sealed(salt(number), content)
    story.now = at("2026-06-05 12:00")
    story.does(a.ReportError("电话写错"), PUBLISHER)
    story.does(a.DismissError(1, "经核对无误"), PUBLISHER)
    proof = m.Evidence("照片.jpg", hashlib.sha256(b"photo").hexdigest())
    story.does(a.RecordProof("公告栏", "张贴公示", date(2026, 5, 26), proof, None), PUBLISHER)
    story.now = at("2026-06-16 09:00")
    right = draw_places(story.case.meetings[0], "03 11 17")
    story.does(a.DrawPlaces("m1", "03 11 17", right.chosen, right.observers), PUBLISHER)
    story.now = at("2026-06-20 18:00")
    minutes = m.Evidence("座谈会纪要.pdf", hashlib.sha256(MINUTES).hexdigest())
    story.does(a.HoldMeeting("m1", 1, 0, minutes), DRAFTER)
    story.close()
    shown = dict(enumerate(TEXTS[:3], start=1))
    for number, text in shown.items():
        story.does(a.ShowOpinion(number, digest_of(text)), MODERATOR)
    story.does(a.WithholdOpinion(4, m.Withheld.PERSONAL_DATA), MODERATOR)
    story.does(a.GroupOpinions(((1, 2), (3,))), MODERATOR)
    story.does(
        a.ReplyToGroup(1, m.Outcome.NOT_ADOPTED, "相对就近，不跨主干道", "基础教育科"), MODERATOR
    )
    story.does(a.ReplyToGroup(3, m.Outcome.ADOPTED, "下学期增设", "安全科"), MODERATOR)
    return story, shown, originals


def case_file() -> CaseFile:
    """Return everything that is kept of the story."""
    story, shown, originals = told()
    return CaseFile(
        log=exported(chain(story.events, log="case-c1")),
        files=(
            StoredFile("座谈会纪要.pdf", "application/pdf", MINUTES),
            StoredFile("照片.jpg", "image/jpeg", b"photo"),
            StoredFile("来信.jpg", "image/jpeg", b"a letter", personal=True),
        ),
        shown=shown,
        sealed=originals,
        participants_salt=NOTICE_SALT,
        receipts={digest_of("receipt"): 1},
        more={digest_of_more(number): more(number) for number in range(FORMS, END)},
    )
