"""The whole file of a case out of a database and into another: export, wipe, import, the same."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from case_story import CaseBureau, draft
from click.testing import CliRunner
from notice_story import (
    ADMINISTRATOR,
    AUDITOR,
    MODERATOR,
    PUBLIC,
    PUBLISHER,
    S0,
    at,
    meeting,
    plan,
    questionnaire,
)
from sqlalchemy.exc import IntegrityError
from tiny_study import tiny_study

from webmap.database import open_database
from webmap.errors import CaseNotFoundError, DatabaseError
from webmap.services.archive import Archive
from webmap.services.attachments import Attachment
from webmap.services.case_files import PLAN_MEDIA, brought_in, collected
from webmap.services.cases import Cases
from webmap.services.lawful import refuse_unlawful
from webmap.services.participation import Participation
from zoning.cli import main
from zoning.errors import InputError
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.log import events_of
from zoning.notice.replay import replay
from zoning.notice.sealing import FormDraft, SignUpDraft
from zoning.report.case_archive import export_case, import_case
from zoning.report.case_check import check_case
from zoning.study.cache import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from throwaway_postgresql import Server

    from webmap.database import Database
    from zoning.report.case_archive import Archives

pytestmark = pytest.mark.integration
NOW = at("2026-07-01 10:00")
NUMBERS = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Return what makes an empty database of one kind, as often as it is asked."""
    made: list[Database] = []

    def new() -> Database:
        name = f"export_{next(NUMBERS)}"
        url = f"sqlite:///{tmp_path / name}.sqlite"
        if request.param == "postgresql":
            server: Server = request.getfixturevalue("postgresql")
            url = server.new_database(name)
        made.append(open_database(tmp_path, url=url))
        return made[-1]

    yield new
    for database in made:
        database.close()


def plan_file(folder: Path) -> tuple[Archive, m.CandidatePlan]:
    """Return an archive with the file of a plan, and the plan."""
    file = folder / "p1.gpkg"
    file.write_bytes(b"a plan")
    archive = Archive(folder / "study")
    archive.keep_plan(file)
    return archive, plan(file_digest=file_digest(file))


def filled(database: Database, of: m.CandidatePlan) -> CaseBureau:
    """Run a case with everything that a file of a case can hold, up to its filing."""
    bureau = CaseBureau(Cases(database, S0))
    bureau.opened(of)
    bureau.published("2026-05-26 09:00")
    for text in ("太远了", "电话13912345678", "请加校车", "不合适的话"):
        bureau.says(text, contact="lee@example.org")
    takes_part(bureau)
    scan = Attachment("来信.png", "image/png", b"scan of a letter", personal=True)
    by_post = draft("来信", channel="post", received_at=bureau.now, scan=scan.evidence)
    by = {"actor": MODERATOR, "now": bureau.now}
    bureau.opinions.receive(bureau.case_id, by_post, scan=scan, **by)
    bureau.opinions.show(bureau.case_id, 1, "太远了", **by)
    bureau.opinions.show(bureau.case_id, 4, "不合适的话", **by)
    bureau.opinions.withhold(bureau.case_id, 4, m.Withheld.INSULT, **by)
    admin = {"actor": ADMINISTRATOR, "now": bureau.now}
    bureau.opinions.erase(bureau.case_id, 3, "本人申请", **admin)
    bureau.opinions.withhold(bureau.case_id, 3, m.Withheld.OFF_TOPIC, **by)
    bureau.does(a.ReportError("学位数有误"), AUDITOR)
    bureau.does(a.DismissError(1, "无误"), PUBLISHER)
    bureau.filed()
    return bureau


def takes_part(bureau: CaseBureau) -> None:
    """Let people fill in a form and sign up, and erase what one of them wrote."""
    bureau.does(a.AskQuestions(questionnaire()), PUBLISHER)
    bureau.does(a.AnnounceMeeting(meeting()), PUBLISHER)
    kept = Participation(bureau.cases)
    sent = {"actor": PUBLIC, "now": bureau.now, "ticket": ""}
    for words in ("请增设校车", "路太远"):
        form = FormDraft("q1", ((0,), (), ()), ("", "", words), words)
        kept.fill_in(bureau.case_id, form, **sent)
    kept.sign_up(bureau.case_id, SignUpDraft("m1", "甲", "甲的电话", device="甲"), **sent)
    _, second = bureau.cases.load(bureau.case_id).asked("q1").forms
    kept.erase(bureau.case_id, second.sealed, "本人申请", actor=ADMINISTRATOR, now=bureau.now)
    bureau.does(a.CloseQuestions("q1", "已够"), PUBLISHER)
    bureau.does(a.CancelMeeting("m1", "改期"), PUBLISHER)


def exported(database: Database, archive: Archive, case_id: str) -> Archives:
    return export_case(collected(database, archive, case_id))


def test_export_wipe_import_gives_the_same_digests(
    empty: Callable[[], Database], tmp_path: Path
) -> None:
    archive, of = plan_file(tmp_path)
    bureau = filled(empty(), of)
    first = exported(bureau.cases.database, archive, bureau.case_id)
    found = check_case(first.public, first.sealed)
    assert found.troubles == ()
    assert (found.opinions, found.originals) == (4, 4)
    whole = collected(bureau.cases.database, archive, bureau.case_id)
    assert {item.content for item in whole.more.values()} >= {
        item.content for item in import_case(first.public, first.sealed).more.values()
    }
    assert len(whole.more) == 2  # one form, one sign-up; the other form was erased

    wiped, elsewhere = empty(), Archive(tmp_path / "elsewhere")
    whole = import_case(first.public, first.sealed)
    assert brought_in(wiped, elsewhere, whole, now=NOW, source="s") == bureau.case_id
    assert exported(wiped, elsewhere, bureau.case_id) == first
    again = Cases(wiped, S0)
    assert again.load(bureau.case_id) == bureau.case
    assert again.head(bureau.case_id) == bureau.cases.head(bureau.case_id)
    assert elsewhere.plan(of.file_digest).read_bytes() == b"a plan"
    assert replay(events_of(again.log(bureau.case_id)), rules=S0).unlawful is None


def test_receipts_and_originals_work_after_an_import(
    empty: Callable[[], Database], tmp_path: Path
) -> None:
    bureau = CaseBureau(Cases(empty(), S0))
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    code = bureau.says("太远了", contact="x")
    archive = Archive(tmp_path)
    made = exported(bureau.cases.database, archive, bureau.case_id)
    wiped = empty()
    brought_in(wiped, archive, import_case(made.public, made.sealed), now=NOW, source="s")
    copy = CaseBureau(Cases(wiped, S0), now=bureau.now)
    copy.case_id = bureau.case_id
    assert copy.opinions.followed(code) == (bureau.case_id, 1)
    assert copy.opinions.originals(bureau.case_id, [1])[1].contact == "x"
    # another device is another participant there as here, and the same one the same
    copy.says("再说一次")
    assert len({item.participant for item in copy.case.opinions}) == 1


def test_no_version_comes_of_a_case_that_was_read_in(
    empty: Callable[[], Database], tmp_path: Path
) -> None:
    archive, of = plan_file(tmp_path)
    bureau = filled(empty(), of)
    refuse_unlawful(bureau.cases, bureau.case_id)
    made = exported(bureau.cases.database, archive, bureau.case_id)
    wiped = empty()
    brought_in(wiped, archive, import_case(made.public, made.sealed), now=NOW, source="s")
    with pytest.raises(DatabaseError) as caught:
        refuse_unlawful(Cases(wiped, S0), bureau.case_id)
    assert caught.value.key == "bureau.CASE_IMPORTED"


def test_a_case_is_read_in_once_and_whole_or_not_at_all(
    empty: Callable[[], Database], tmp_path: Path
) -> None:
    archive, of = plan_file(tmp_path)
    bureau = filled(empty(), of)
    database = bureau.cases.database
    made = exported(database, archive, bureau.case_id)
    whole = import_case(made.public, made.sealed)
    with pytest.raises(InputError) as caught:
        brought_in(database, archive, whole, now=NOW, source="s")
    assert caught.value.key == "case.THERE"
    assert exported(database, archive, bureau.case_id) == made
    # the same receipt in another case: the database refuses, and nothing of the case is there
    other = empty()
    broken = import_case(made.public, made.sealed)
    doubled = {**broken.receipts, "0" * 64: 1}
    object.__setattr__(broken, "receipts", doubled)
    with pytest.raises(IntegrityError):
        brought_in(other, archive, broken, now=NOW, source="s")
    with pytest.raises(CaseNotFoundError):
        collected(other, archive, bureau.case_id)


def test_the_plan_is_in_the_public_part_and_the_scan_in_the_sealed_one(
    empty: Callable[[], Database], tmp_path: Path
) -> None:
    archive, of = plan_file(tmp_path)
    bureau = filled(empty(), of)
    made = exported(bureau.cases.database, archive, bureau.case_id)
    public = import_case(made.public)
    assert [file.name for file in public.files if file.media == PLAN_MEDIA] == ["p1.gpkg"]
    assert not any(b"scan of a letter" in file.content for file in public.files)
    both = import_case(made.public, made.sealed)
    (scan,) = [file for file in both.files if file.personal]
    assert scan.content.startswith(b"scan of a letter")
    assert set(both.sealed) == {1, 2, 4, 5}
    for word in ("13912345678", "lee@example.org", "不合适的话"):
        assert word.encode() not in made.public


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words: object) -> tuple[int, dict[str, Any]]:
    result = call(*words, "--json")
    return result.exit_code, json.loads(result.stdout)


class TestCommands:
    """What an officer types, on the study's own database."""

    @pytest.fixture
    def study(self, tmp_path: Path) -> Path:
        folder = tmp_path / "方格县"
        tiny_study(folder, "A.\n.B", seats={"A": 12, "B": 12})
        database = open_database(folder)
        bureau = CaseBureau(Cases(database, S0))
        bureau.opened()
        bureau.published("2026-05-26 09:00")
        bureau.says("太远了", contact="lee@example.org")
        database.close()
        return folder

    def test_export_verify_import_export(self, study: Path, tmp_path: Path) -> None:
        code, answer = told("case", "export", study, "2026-001", "--out", tmp_path / "a")
        assert (code, answer["files"]) == (0, ["case-2026-001.zip", "case-2026-001-sealed.zip"])
        public, sealed = (tmp_path / "a" / name for name in answer["files"])
        assert sealed.stat().st_mode & 0o077 == 0
        mark = f"{answer['events']}:{answer['head']}"
        both = (public, "--sealed", sealed, "--mark", mark)
        assert told("case", "verify", *both)[0] == 0
        study.joinpath("zoning.sqlite").unlink()
        code, again = told("case", "import", study, *both)
        assert (code, again["head"]) == (0, answer["head"])
        call("case", "export", study, "2026-001", "--out", tmp_path / "b")
        for name in answer["files"]:
            assert (tmp_path / "b" / name).read_bytes() == (tmp_path / "a" / name).read_bytes()

    def test_a_file_that_was_changed_is_not_read_in(self, study: Path, tmp_path: Path) -> None:
        call("case", "export", study, "2026-001", "--out", tmp_path)
        study.joinpath("zoning.sqlite").unlink()
        public, sealed = (tmp_path / f"case-2026-001{end}.zip" for end in ("", "-sealed"))
        data = bytearray(sealed.read_bytes())
        data[data.index(b"opinions.jsonl") + 40] ^= 1
        sealed.write_bytes(bytes(data))
        code, answer = told("case", "import", study, public, "--sealed", sealed)
        assert code != 0
        assert answer["error"]["code"] in {"case.TROUBLED", "case.NOT_AN_ARCHIVE"}
        assert not study.joinpath("zoning.sqlite").exists()

    def test_the_public_part_alone_and_a_case_that_is_not_there(
        self, study: Path, tmp_path: Path
    ) -> None:
        words = ("case", "export", study, "2026-001", "--out", tmp_path / "a", "--public-only")
        assert call(*words, "--lang", "en").exit_code == 0
        assert [file.name for file in (tmp_path / "a").iterdir()] == ["case-2026-001.zip"]
        code, answer = told("case", "export", study, "2026-009", "--out", tmp_path / "b")
        assert (code, answer["error"]["code"]) == (4, "bureau.NO_CASE")
        assert not (tmp_path / "b").exists()


FORGERIES = {
    "edited": lambda lines: [*lines[:3], lines[3].replace("公安局", "无人局"), *lines[4:]],
    "reordered": lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]],
    "cut out": lambda lines: [*lines[:3], *lines[4:]],
    "forged": lambda lines: [*lines[:3], lines[0], *lines[4:]],
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_served_log_that_was_changed_is_found_with_its_first_bad_event(
    tmp_path: Path, forge: Callable[[list[str]], list[str]]
) -> None:
    database = open_database(tmp_path)
    bureau = CaseBureau(Cases(database, S0))
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    lines = [line.decode() for line in bureau.cases.log(bureau.case_id)]
    database.close()
    served = tmp_path / "notices" / "2026-001"
    served.mkdir(parents=True)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/notices/2026-001"
    try:
        served.joinpath("log.jsonl").write_text("".join(f"{line}\n" for line in lines))
        assert told("log", "verify", address)[0] == 0
        served.joinpath("log.jsonl").write_text("".join(f"{line}\n" for line in forge(lines)))
        code, answer = told("log", "verify", address)
    finally:
        server.shutdown()
        server.server_close()
    assert code == 10
    assert answer["first_bad"]["line"] == 4
