"""The chain of events: whatever is done to it, the first bad event is named."""

from __future__ import annotations

import json
from datetime import date

import pytest
from notice_story import ADMINISTRATOR, PUBLIC, PUBLISHER, S0, S1, Story, opinion

from zoning.notice import acts as a
from zoning.notice.canonical import canonical, digest_of, sealed_digest
from zoning.notice.case import Event, Facts, Role
from zoning.notice.fold import fold
from zoning.notice.log import Head, chain, chained, event_of, events_of, exported
from zoning.notice.record import RecordError
from zoning.notice.replay import replay
from zoning.notice.verify import NOTHING, Fault, Verdict, read_lines, verify


@pytest.fixture(scope="module")
def story() -> Story:
    told = Story()
    told.to_the_end()
    return told


@pytest.fixture
def lines(story: Story) -> list[bytes]:
    return read_lines(exported(chain(story.events, log="c1")))


def faulty(lines: list[bytes], *marks: str) -> Fault:
    fault = verify(lines, marks=marks).fault
    assert fault is not None
    return fault


def changed(line: bytes, **changes: object) -> bytes:
    return canonical({**json.loads(line), **changes}).encode()


def forged(lines: list[bytes], at: int, **changes: object) -> list[bytes]:
    """Change an event and write all digests anew from there on."""
    head = json.loads(lines[at])["previous"]
    out = lines[:at]
    for line in lines[at:]:
        rest = {**json.loads(line), "previous": head, **(changes if len(out) == at else {})}
        del rest["digest"]
        head = digest_of(rest)
        out.append(canonical({**rest, "digest": head}).encode())
    return out


def test_a_whole_log(lines: list[bytes]) -> None:
    head = json.loads(lines[-1])["digest"]
    assert verify(lines) == Verdict(len(lines), head, None, marked=0)
    assert verify(lines, marks=[f"{len(lines)}:{head}"]).marked == len(lines)
    assert verify(lines, marks=[head.upper()]).marked == len(lines)


def test_edited(lines: list[bytes]) -> None:
    lines[4] = changed(lines[4], actor="somebody else")
    assert faulty(lines) == Fault(5, 5, "DIGEST")


def test_edited_with_its_own_digest_written_anew(lines: list[bytes]) -> None:
    lines[4] = forged(lines, 4, actor="somebody else")[4]
    assert faulty(lines) == Fault(6, 6, "PREVIOUS")


def test_edited_without_a_change_of_meaning(lines: list[bytes]) -> None:
    lines[4] = lines[4].replace(b'":', b'": ', 1)
    assert faulty(lines) == Fault(5, 5, "NOT_CANONICAL")


def test_a_key_told_twice(lines: list[bytes]) -> None:
    lines[4] = lines[4].replace(b"{", b'{"act":"Withdraw",', 1)
    assert faulty(lines).code == "NOT_CANONICAL"


def test_reordered(lines: list[bytes]) -> None:
    lines[3], lines[4] = lines[4], lines[3]
    assert faulty(lines) == Fault(4, 5, "NUMBER")


def test_cut_in_the_middle(lines: list[bytes]) -> None:
    del lines[3]
    assert faulty(lines) == Fault(4, 5, "NUMBER")


def test_cut_at_the_beginning(lines: list[bytes]) -> None:
    assert faulty(lines[1:]) == Fault(1, 2, "NUMBER")


def test_put_in(lines: list[bytes]) -> None:
    lines.insert(3, lines[2])
    assert faulty(lines) == Fault(4, 3, "NUMBER")


def test_cut_at_the_end_is_found_with_a_mark_only(lines: list[bytes]) -> None:
    head = json.loads(lines[-1])["digest"]
    assert verify(lines[:-2]).fault is None
    assert faulty(lines[:-2], head) == Fault(0, len(lines) - 1, "CUT")
    assert faulty(lines[:-2], f"{len(lines)}:{head}").code == "CUT"


def test_forged_is_found_with_a_mark_and_narrowed_by_another(lines: list[bytes]) -> None:
    digests = [json.loads(line)["digest"] for line in lines]
    false = forged(lines, 5, actor="somebody else")
    assert verify(false).fault is None
    assert faulty(false, f"3:{digests[2]}", f"8:{digests[7]}") == Fault(8, 8, "MARK", since=3)
    assert faulty(false, digests[-1]).code == "CUT"


def test_damaged(lines: list[bytes]) -> None:
    assert faulty([*lines[:2], lines[2][:40]]) == Fault(3, 3, "NOT_JSON")
    assert faulty([*lines[:2], b"\xff"]) == Fault(3, 3, "NOT_JSON")
    assert faulty([*lines[:2], b"[]"]) == Fault(3, 3, "INCOMPLETE")
    assert faulty([*lines[:2], b'{"number":NaN}']) == Fault(3, 3, "NOT_JSON")
    assert faulty([]) == Fault(0, 0, "EMPTY")


def test_another_log_put_behind(story: Story, lines: list[bytes]) -> None:
    head = Head(len(lines), json.loads(lines[-1])["digest"])
    other = chained(story.events[-1], log="c2", head=head)
    assert faulty([*lines, other.line.encode()]).code == "OTHER_LOG"


def test_time_never_goes_back(story: Story, lines: list[bytes]) -> None:
    head = Head(len(lines), json.loads(lines[-1])["digest"])
    earlier = Event(a.CloseNotice(), story.events[0].at, "x", Role.PUBLISHER)
    assert faulty([*lines, chained(earlier, log="c1", head=head).line.encode()]).code == "TIME"


def test_every_event_comes_back_as_it_was(story: Story, lines: list[bytes]) -> None:
    assert list(events_of(lines)) == story.events
    assert fold(events_of(lines)) == story.case


def test_export_wipe_import_has_the_same_digests(lines: list[bytes]) -> None:
    again = exported(chain(events_of(lines), log="c1"))
    assert read_lines(again) == lines


def test_a_chain_is_the_same_in_parts(story: Story) -> None:
    first = chain(story.events[:5], log="c1")
    rest = chain(story.events[5:], log="c1", head=first[-1].head)
    assert (*first, *rest) == chain(story.events, log="c1")
    assert first[0].record["previous"] == NOTHING


def test_a_lawful_log_is_lawful(story: Story) -> None:
    assert replay(story.events, rules=S0).unlawful is None


def test_a_whole_chain_of_unlawful_steps_is_found_by_judging_again(story: Story) -> None:
    # the notice closed on its second day, everything chained as if it were right
    early = [
        Event(event.act, event.at, event.actor, event.role, event.facts)
        for event in story.events
        if not isinstance(event.act, a.RecordReach)
    ]
    assert verify(read_lines(exported(chain(early, log="c1")))).fault is None
    found = replay(early, rules=S0)
    assert found.unlawful is not None
    assert isinstance(early[found.unlawful - 1].act, a.CloseNotice)
    assert [item.key for item in found.refusals] == ["notice.NOT_WATCHED"]


def test_false_facts_are_found_by_judging_again(story: Story) -> None:
    at = next(n for n, item in enumerate(story.events) if isinstance(item.act, a.PublishNotice))
    event = story.events[at]
    false = Event(event.act, event.at, event.actor, event.role, Facts(number=1, period=None))
    found = replay([*story.events[:at], false], rules=S0)
    assert (found.unlawful, found.refusals) == (at + 1, ())


def test_judged_by_other_rules_the_first_step_fails(story: Story) -> None:
    assert replay(story.events, rules=S1).unlawful == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "Nonsense"},
        {"content": {}},
        {"content": "x"},
        {"role": "king"},
        {"at": "yesterday"},
        {"actor": 7},
        {"more": 1},
    ],
)
def test_what_is_no_event_is_refused(lines: list[bytes], changes: dict[str, object]) -> None:
    with pytest.raises(RecordError):
        event_of({**json.loads(lines[0]), **changes})


class TestSealed:
    def test_the_log_holds_no_word_of_an_opinion(self) -> None:
        story = Story()
        story.up_to_notice()

        story.does(opinion("我家住三单元"), PUBLIC)
        assert "三单元".encode() not in exported(chain(story.events, log="c1"))

    def test_the_same_words_with_another_salt_look_otherwise(self) -> None:
        digests = {sealed_digest("太远了", salt=bytes([n]) * 16) for n in range(3)}
        assert len(digests) == 3

    def test_a_short_salt_is_refused(self) -> None:
        with pytest.raises(ValueError, match="16 bytes"):
            sealed_digest("太远了", salt=b"short")

    def test_erasing_leaves_the_chain_whole(self) -> None:

        story = Story()
        story.up_to_notice()
        story.does(opinion(), PUBLIC)
        story.does(a.EraseOpinion(1, "个人信息保护法 第四十七条"), ADMINISTRATOR)
        assert verify(read_lines(exported(chain(story.events, log="c1")))).fault is None
        assert len(story.case.opinions) == 1
        (erased,) = story.case.opinions
        assert erased.erased
        again = story.refused(a.EraseOpinion(1, "x"), ADMINISTRATOR)
        assert again == {"notice.OPINION_DECIDED"}


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "x"}, object(), {"x": date(2026, 1, 1)}])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_one_form_whatever_the_order() -> None:
    assert canonical({"乙": [1, True, None], "a": "x"}) == '{"a":"x","乙":[1,true,null]}'
    assert digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1})


def test_a_publisher_can_do_nothing_to_the_past(story: Story) -> None:
    assert story.refused(a.Withdraw("x"), PUBLISHER) == {"notice.WRONG_STATE", "notice.WRONG_ROLE"}
