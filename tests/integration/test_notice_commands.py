"""`zoning calendar` and `zoning log verify`, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from notice_story import S0, Story

from zoning.cli import main
from zoning.messages import languages, text
from zoning.notice import acts as a
from zoning.notice.log import chain, exported

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words)], catch_exceptions=False)


class TestCalendar:
    def test_for_people(self) -> None:
        said = call("calendar", 2026, "--lang", "zh")
        assert said.exit_code == 0
        for line in ("2026-05-10  最迟公示之日", "2026-06-10", "2026-06-15", "2026-09-20"):
            assert line in said.stdout
        assert S0.days.source in said.stdout
        assert "--answer-days" in said.stdout

    def test_for_programs(self) -> None:
        answer = json.loads(call("calendar", 2026, "--answer-days", 10, "--json").stdout)
        days = {item["what"]: item["day"] for item in answer["dates"]}
        assert answer["ok"] is True
        assert (answer["notice_days"], answer["rules"]) == (30, "changji-2026")
        assert (days["notice"], days["answers"]) == ("2026-04-30", "2026-06-09")
        assert all(item["sources"] and item["text"] for item in answer["dates"])

    def test_by_other_rules(self) -> None:
        answer = json.loads(call("calendar", 2023, "--rules", "changji-2022", "--json").stdout)
        assert "summary" not in {item["what"] for item in answer["dates"]}

    @pytest.mark.parametrize("words", [("nextyear",), ("1999",), ("2026", "--rules", "x"), ()])
    def test_wrong_use(self, words: tuple[str, ...]) -> None:
        answer = call("calendar", *words, "--json")
        assert answer.exit_code == 2
        assert json.loads(answer.stdout)["ok"] is False


@pytest.fixture(scope="module")
def told() -> Story:
    story = Story()
    story.to_the_end()
    return story


@pytest.fixture
def log(told: Story, tmp_path: Path) -> Path:
    file = tmp_path / "log.jsonl"
    file.write_bytes(exported(chain(told.events, log="c1")))
    return file


def verified(log: Path, *words: str) -> tuple[int, dict[str, object]]:
    result = call("log", "verify", log, "--json", *words)
    return result.exit_code, json.loads(result.stdout)


class TestLog:
    def test_whole(self, log: Path, told: Story) -> None:
        code, answer = verified(log)
        assert (code, answer["ok"], answer["events"]) == (0, True, len(told.events))
        assert (answer["marked"], answer["first_bad"]) == (0, None)
        head = f"{answer['events']}:{answer['head']}"
        said = call("log", "verify", log, "--lang", "en").stdout
        assert head in said
        assert "cannot be told" in said
        marked = call("log", "verify", log, "--mark", head, "--lang", "en").stdout
        assert "nothing was cut off" in marked

    def test_edited(self, log: Path) -> None:
        log.write_bytes(log.read_bytes().replace(b"reviewer-1", b"reviewer-9"))
        code, answer = verified(log)
        assert (code, answer["ok"]) == (10, False)
        number = answer["first_bad"]["number"]  # type: ignore[index]
        assert answer["error"]["code"] == "calendar.FAULT_DIGEST"  # type: ignore[index]
        for language in languages():
            said = call("log", "verify", log, "--lang", language)
            assert (said.exit_code, str(number) in said.stdout) == (10, True)

    def test_cut_at_the_end(self, log: Path) -> None:
        _, whole = verified(log)
        lines = log.read_bytes().split(b"\n")
        log.write_bytes(b"\n".join(lines[:-3]) + b"\n")
        assert verified(log)[0] == 0
        code, answer = verified(log, "--mark", str(whole["head"]))
        assert (code, answer["error"]["code"]) == (10, "calendar.FAULT_CUT")  # type: ignore[index]

    def test_every_step_judged_again(self, log: Path) -> None:
        code, answer = verified(log, "--rules", "changji-2026")
        assert (code, answer["lawful"], answer["state"]) == (0, True, "in_force")
        assert (
            "kept the rules"
            in call("log", "verify", log, "--rules", "changji-2026", "--lang", "en").stdout
        )

    def test_a_chain_of_unlawful_steps(self, told: Story, log: Path) -> None:
        unwatched = [item for item in told.events if not isinstance(item.act, a.RecordReach)]
        log.write_bytes(exported(chain(unwatched, log="c1")))
        assert verified(log)[0] == 0
        code, answer = verified(log, "--rules", "changji-2026")
        assert (code, answer["lawful"]) == (10, False)
        assert answer["error"]["code"] == "calendar.LOG_UNLAWFUL"  # type: ignore[index]
        assert answer["refusals"]
        said = call("log", "verify", log, "--rules", "changji-2026", "--lang", "en").stdout
        assert "It is not recorded that the page could be reached" in said

    def test_a_chain_of_something_else(self, log: Path) -> None:
        from zoning.notice.canonical import canonical, digest_of
        from zoning.notice.verify import NOTHING

        rest = {"number": 1, "log": "x", "at": "2026", "previous": NOTHING}
        log.write_text(canonical({**rest, "digest": digest_of(rest)}), encoding="utf-8")
        assert verified(log)[0] == 0
        code, answer = verified(log, "--rules", "changji-2026")
        assert (code, answer["error"]["code"]) == (10, "calendar.LOG_NOT_EVENTS")  # type: ignore[index]

    @pytest.mark.parametrize("mark", ["x", "0:" + "a" * 64, "a" * 63, "1:2:" + "a" * 64])
    def test_a_mark_that_is_none(self, log: Path, mark: str) -> None:
        code, answer = verified(log, "--mark", mark)
        assert (code, answer["error"]["code"]) == (2, "usage.BAD_VALUE")  # type: ignore[index]

    def test_no_file(self, tmp_path: Path) -> None:
        assert verified(tmp_path / "none.jsonl")[0] == 2

    def test_help_names_the_commands_within(self) -> None:
        for language in languages():
            said = "".join(call("log", "--help", "--lang", language).stdout.split())
            assert "verify" + "".join(text("help.LOG_VERIFY", language).split()) in said
            inner = "".join(call("log", "verify", "--help", "--lang", language).stdout.split())
            for key in ("ARGUMENT_LOG", "OPTION_MARK", "OPTION_LAWFUL"):
                assert "".join(text(f"help.{key}", language).split()) in inner

    def test_log_alone_says_which_there_are(self) -> None:
        result = call("log", "--lang", "en")
        assert result.exit_code == 2
        assert "verify" in result.stderr

    @pytest.mark.parametrize("words", [("verfy",), ("verify",), ("verify", "a", "b")])
    def test_wrong_use_is_said_in_the_language(self, words: tuple[str, ...]) -> None:
        for language in languages():
            said = call("--lang", language, "log", *words)
            assert said.exit_code == 2
            chinese = any("\u4e00" <= letter <= "\u9fff" for letter in said.stderr)
            assert chinese == (language == "zh-CN")
