"""`zoning notice draft` and `compose`, `zoning case verify`: from a study to papers and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from case_files import case_file
from click.testing import CliRunner, Result
from tiny_study import drawn, run, tiny_study

from zoning.cli import main
from zoning.notice.content import NoticeContent
from zoning.notice.record import record_of, value_of
from zoning.report.case_archive import export_case, read_archive
from zoning.report.compose import sha256
from zoning.report.steady import steady_archive

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

WRITTEN = {
    "title": "关于调整A校学区的公示", "document_number": "方教〔2027〕1号", "basis": "文1号",
    "reason": "B校扩建", "risk_summary": "三项均为低", "transition": "在读学生不变",
    "siblings": "可随兄姐", "period": "30日", "valid_opinion": "写明理由",
    "answers_published": "逐条公布", "privacy": "密封保存", "map_exemption": "街区图",
    "contact": "基础教育科",
    "channels": [
        {"channel": "online", "where": "https://example.gov.cn", "hours": ""},
        {"channel": "phone", "where": "0994-0000000", "hours": "工作日"},
    ],
}  # fmt: skip


def zoning(*words: str | Path, lang: str = "zh") -> Result:
    return CliRunner().invoke(main, ["--lang", lang, *map(str, words)], catch_exceptions=False)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Today all but one block of six belong to A; the plan gives B its half."""
    folder = tiny_study(
        tmp_path_factory.mktemp("notice") / "study",
        "A . . . . B",
        seats={"A": 6, "B": 90},
        today="A A A A A B",
    )
    assert drawn(folder)[0] == "A A A B B B"
    return folder


@pytest.fixture(scope="module")
def drafted(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("draft") / "notice"
    assert zoning("notice", "draft", study, "primary", "--out", out).exit_code == 0
    return out


def content_of(folder: Path) -> NoticeContent:
    return value_of(NoticeContent, json.loads((folder / "content.json").read_text("utf-8")))


def completed(folder: Path, to: Path, **changes: Any) -> Path:
    """Fill in what people have to write."""
    record = {**record_of(content_of(folder)), **WRITTEN, **changes}
    to.mkdir()
    for name in ("old_map.svg", "new_map.svg"):
        (to / name).write_bytes((folder / name).read_bytes())
    file = to / "content.json"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return file


class TestDraft:
    def test_what_changes_is_named_and_nothing_else(self, drafted: Path) -> None:
        moved = {(item.place, item.before, item.after) for item in content_of(drafted).moved}
        assert moved == {("小区03", "A校", "B校"), ("小区04", "A校", "B校")}

    def test_zones_before_and_after(self, drafted: Path) -> None:
        told = content_of(drafted)
        before = {item.zone: item.text for item in told.old_zones}
        after = {item.zone: item.text for item in told.new_zones}
        assert before == {"A校": "小区00；小区01；小区02；小区03；小区04", "B校": "小区05"}
        assert after == {"A校": "小区00；小区01；小区02", "B校": "小区03；小区04；小区05"}

    def test_seats_and_classes_of_at_most_45(self, drafted: Path) -> None:
        seats = [(item.school, item.seats, item.classes) for item in content_of(drafted).seats]
        assert seats == [("A校", 6, 1), ("B校", 90, 2)]

    def test_the_maps_are_those_that_the_content_names(self, drafted: Path) -> None:
        told = content_of(drafted)
        for evidence in (told.old_map, told.new_map):
            assert evidence is not None
            assert sha256((drafted / evidence.name).read_bytes()) == evidence.digest
        assert b"url(#hatch)" in (drafted / "new_map.svg").read_bytes()

    def test_the_same_again(self, study: Path, drafted: Path, tmp_path: Path) -> None:
        zoning("notice", "draft", study, "primary", "--out", tmp_path)
        for name in ("content.json", "old_map.svg", "new_map.svg"):
            assert (tmp_path / name).read_bytes() == (drafted / name).read_bytes()

    def test_compared_with_itself_nothing_moves(self, study: Path, tmp_path: Path) -> None:
        run("notice", "draft", study, "primary", "--before", "primary", "--out", tmp_path)
        told = content_of(tmp_path)
        assert told.moved == ()
        assert told.nothing_moves
        assert b"url(#hatch)" not in (tmp_path / "new_map.svg").read_bytes()

    def test_it_says_what_people_still_have_to_write(self, study: Path, tmp_path: Path) -> None:
        said = zoning("notice", "draft", study, "primary", "--out", tmp_path).stdout
        assert "还需填写：标题、文号、依据" in said
        assert "现行学区图" not in said

    @pytest.mark.parametrize("folder", ["", "inputs", "plans", "build/papers"])
    def test_nothing_is_written_into_a_study(self, study: Path, folder: str) -> None:
        result = zoning("notice", "draft", study, "primary", "--out", study / folder)
        assert result.exit_code == 2
        assert "content.json" not in {file.name for file in study.rglob("*")}

    def test_of_today_there_is_no_notice(self, study: Path, tmp_path: Path) -> None:
        answer = run("notice", "draft", study, "today", "--out", tmp_path, code=2)
        assert answer["error"]["code"] == "notice_parts.OF_TODAY"


class TestCompose:
    def test_all_forms_with_one_digest(self, drafted: Path, tmp_path: Path) -> None:
        file = completed(drafted, tmp_path / "in")
        answer = run(
            "notice", "compose", file, "--out", tmp_path / "out", "--url", "https://x.cn/1"
        )
        assert set(answer["files"]) == {
            "notice.pdf", "notice.docx", "poster-a3.pdf", "long-picture.png", "manifest.json",
            "old_map.svg", "new_map.svg",
        }  # fmt: skip
        listed = json.loads((tmp_path / "out" / "manifest.json").read_text())
        assert listed["content_digest"] == answer["digest"]

    def test_what_is_missing_is_named_and_nothing_is_written(
        self, drafted: Path, tmp_path: Path
    ) -> None:
        file = completed(drafted, tmp_path / "in", basis="", contact=" ")
        result = zoning("notice", "compose", file, "--out", tmp_path / "out")
        assert result.exit_code == 3
        assert "公示还缺少：依据、政策解读联系人" in result.stderr
        assert not (tmp_path / "out").exists()

    def test_a_map_that_was_changed_is_refused(self, drafted: Path, tmp_path: Path) -> None:
        file = completed(drafted, tmp_path / "in")
        (file.parent / "new_map.svg").write_bytes(b"<svg/>")
        answer = run("notice", "compose", file, "--out", tmp_path / "out", code=3)
        assert answer["error"]["code"] == "report.OTHER_MAP"

    @pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"title": 7}', "\ufffd"])
    def test_what_is_no_content_is_refused(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "content.json"
        file.write_text(text, encoding="utf-8")
        answer = run("notice", "compose", file, "--out", tmp_path / "out", code=3)
        assert answer["error"]["code"] == "report.CANNOT_READ_CONTENT"

    def test_maps_are_looked_for_beside_the_content_only(
        self, drafted: Path, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret.svg"
        secret.write_bytes(b"<svg/>")
        file = completed(
            drafted,
            tmp_path / "in",
            old_map={"name": "../secret.svg", "digest": sha256(b"<svg/>")},
        )
        answer = run("notice", "compose", file, "--out", tmp_path / "out", "--draft", code=3)
        assert answer["error"]["code"] == "report.OTHER_MAP"


class TestVerify:
    @pytest.fixture
    def files(self, tmp_path: Path) -> tuple[Path, Path]:
        made = export_case(case_file())
        public, sealed = tmp_path / "case.zip", tmp_path / "sealed.zip"
        public.write_bytes(made.public)
        sealed.write_bytes(made.sealed)
        return public, sealed

    def test_whole(self, files: tuple[Path, Path]) -> None:
        said = zoning("case", "verify", files[0], "--sealed", files[1]).stdout
        assert "事项 c1（公示已截止）的档案完整" in said
        assert "意见原文 4 条" in said
        alone = run("case", "verify", files[0])
        assert (alone["ok"], alone["originals"], alone["troubles"]) == (True, None, [])

    def test_a_published_digest_confirms_it(self, files: tuple[Path, Path]) -> None:
        head = run("case", "verify", files[0])
        mark = f"{head['events']}:{head['head']}"
        assert run("case", "verify", files[0], "--mark", mark)["marked"] == head["events"]

    def test_a_file_that_was_exchanged(self, files: tuple[Path, Path]) -> None:
        parts = read_archive(files[0].read_bytes())
        (name,) = (name for name, data in parts.items() if data == b"photo")
        files[0].write_bytes(steady_archive({**parts, name: b"another photo"}))
        answer = run("case", "verify", files[0], code=10)
        assert answer["ok"] is False
        assert [item["code"] for item in answer["troubles"]] == ["CHANGED"]
        result = zoning("case", "verify", files[0], lang="en")
        assert result.exit_code == 10
        assert "File that was changed: files/" in result.stdout

    def test_what_is_no_archive(self, tmp_path: Path) -> None:
        file = tmp_path / "x.zip"
        file.write_bytes(b"no archive")
        assert run("case", "verify", file, code=3)["error"]["code"] == "case.NOT_AN_ARCHIVE"


class TestPapers:
    def test_all_papers_from_the_public_file_alone(self, tmp_path: Path) -> None:
        public = tmp_path / "case.zip"
        public.write_bytes(export_case(case_file()).public)
        for out in ("one", "two"):
            answer = run(
                "case", "papers", public, "--out", tmp_path / out, "--bureau", "沙泉县教育局"
            )
        assert answer["files"] == [
            "consultation-report.docx", "consultation-report.pdf", "ledger.xlsx",
            "opinions-and-replies.xlsx",
        ]  # fmt: skip
        for name in answer["files"]:
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        page = openpyxl.load_workbook(tmp_path / "one" / "ledger.xlsx").active
        assert page is not None
        assert "沙泉县教育局" in str(page.cell(2, 1).value)
        assert page.max_row == 3 + 4

    def test_no_papers_of_a_file_that_was_changed(self, tmp_path: Path) -> None:
        parts = read_archive(export_case(case_file()).public)
        public = tmp_path / "case.zip"
        opinions = parts["opinions.jsonl"].replace("校车".encode(), "轿车".encode())
        public.write_bytes(steady_archive({**parts, "opinions.jsonl": opinions}))
        answer = run("case", "papers", public, "--out", tmp_path / "out", code=3)
        assert answer["error"]["code"] == "case.TROUBLED"
        assert not (tmp_path / "out").exists()
