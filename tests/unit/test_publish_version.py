"""Which version is in force on a date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from zoning.publish.version import (
    Version,
    displaced,
    ends_before,
    in_force,
    next_after,
    start_of,
    version_id,
)


def version(number: int, begins: str) -> Version:
    return Version(
        stage="primary",
        number=number,
        school_year=int(begins[:4]),
        effective_from=date.fromisoformat(begins),
        plan_id=f"plan-{number}",
        plan_digest="d" * 64,
        plan_file="f" * 64,
        decision=f"〔{number}〕号",
        decided_on=date(2026, 1, 1),
        supersedes=version_id("primary", number - 1) if number > 1 else "",
        data_date=None,
        geocoder="1",
        index="i" * 64,
        answers="a" * 64,
        published=datetime(2026, 1, number, tzinfo=UTC),
        published_on=date(2026, 1, number),
    )


def history(*begins: str) -> tuple[Version, ...]:
    return tuple(version(number, day) for number, day in enumerate(begins, start=1))


def number_on(versions: tuple[Version, ...], day: str) -> int | None:
    found = in_force(versions, date.fromisoformat(day))
    return found.number if found else None


@pytest.mark.parametrize(
    ("day", "number"),
    [("2026-08-31", None), ("2026-09-01", 1), ("2027-08-31", 1), ("2027-09-01", 2)],
)
def test_a_version_holds_from_its_first_day_until_the_next_begins(
    day: str, number: int | None
) -> None:
    assert number_on(history("2026-09-01", "2027-09-01"), day) == number


def test_the_order_in_which_versions_are_given_does_not_matter() -> None:
    assert number_on(history("2026-09-01", "2027-09-01")[::-1], "2027-10-01") == 2


def test_a_correction_from_the_same_day_takes_the_place_of_what_it_corrects() -> None:
    corrected = history("2026-09-01", "2027-09-01", "2027-09-01")
    assert number_on(corrected, "2027-09-01") == 3
    assert ends_before(corrected[1], corrected) == date(2027, 9, 1)
    assert ends_before(corrected[2], corrected) is None


def test_a_later_decision_goes_before_an_earlier_one_that_would_begin_later() -> None:
    known = history("2026-09-01", "2028-09-01", "2027-09-01")
    assert [number_on(known, f"{year}-10-01") for year in (2026, 2027, 2028)] == [1, 3, 3]
    assert ends_before(known[0], known) == date(2027, 9, 1)
    assert ends_before(known[1], known) == date(2028, 9, 1)


@pytest.mark.parametrize(
    ("day", "number"),
    [("2026-06-01", 1), ("2026-09-01", 3), ("2027-08-31", 3), ("2027-09-01", None)],
)
def test_the_next_version_is_the_one_that_really_comes_into_force(
    day: str, number: int | None
) -> None:
    # the second was corrected before its first day
    known = history("2026-09-01", "2027-09-01", "2027-09-01")
    found = next_after(known, date.fromisoformat(day))
    assert (found.number if found else None) == number


def test_a_version_that_is_in_force_already_is_not_the_next_one() -> None:
    # the first never comes back
    known = history("2027-09-01", "2026-09-01")
    assert next_after(known, date(2026, 10, 1)) is None


def test_what_would_never_come_into_force_is_named() -> None:
    known = history("2026-09-01", "2027-09-01", "2028-09-01")
    assert [item.number for item in displaced(known, date(2027, 10, 1))] == [3]
    assert [item.number for item in displaced(known, date(2027, 9, 1))] == [2, 3]
    assert displaced(known, date(2029, 9, 1)) == ()


def test_without_versions_nothing_is_in_force() -> None:
    assert in_force((), date(2027, 9, 1)) is None
    assert next_after((), date(2027, 9, 1)) is None


def test_a_school_year_begins_in_its_september() -> None:
    assert start_of(2027) == date(2027, 9, 1)


def test_a_version_is_named_by_stage_and_number() -> None:
    assert version(3, "2027-09-01").version_id == "primary-3"
