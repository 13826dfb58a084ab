"""Whatever is published in whatever order: on every day one version at most, as its term says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zoning.publish.version import Version, displaced, ends_before, in_force, next_after

FIRST = date(2027, 1, 1)
DAYS = 12


def history(begins: list[int]) -> tuple[Version, ...]:
    return tuple(
        Version(
            stage="primary",
            number=number,
            school_year=2027,
            effective_from=FIRST + timedelta(days=day),
            plan_id=f"plan-{number}",
            plan_digest="",
            plan_file="",
            decision="x",
            decided_on=FIRST,
            supersedes="",
            data_date=None,
            geocoder="",
            index="",
            answers="",
            published=datetime(2027, 1, 1, tzinfo=UTC),
            published_on=FIRST,
        )
        for number, day in enumerate(begins, start=1)
    )


histories = st.lists(st.integers(0, DAYS - 1), max_size=6).map(history)
days = st.integers(-1, DAYS).map(lambda day: FIRST + timedelta(days=day))


@given(histories, days)
def test_terms_do_not_overlap_and_say_who_is_in_force(
    versions: tuple[Version, ...], day: date
) -> None:
    holding = [
        item
        for item in versions
        if item.effective_from <= day
        and ((end := ends_before(item, versions)) is None or day < end)
    ]
    assert holding == [item for item in [in_force(versions, day)] if item is not None]


@given(histories, days)
def test_the_next_version_is_the_first_that_is_found_by_going_on_day_by_day(
    versions: tuple[Version, ...], day: date
) -> None:
    now = in_force(versions, day)
    later = (in_force(versions, day + timedelta(days=more)) for more in range(1, DAYS + 2))
    assert next_after(versions, day) == next((item for item in later if item != now), None)


@given(histories, days)
def test_one_more_version_takes_every_day_from_its_first_on_and_displaces_what_it_says(
    versions: tuple[Version, ...], day: date
) -> None:
    number = (day - FIRST).days
    longer = (*versions, history([0] * len(versions) + [number])[-1])
    for more in range(-1, DAYS + 2):
        at = FIRST + timedelta(days=more)
        assert in_force(longer, at) == (longer[-1] if at >= day else in_force(versions, at))
    at_all = [FIRST + timedelta(days=more) for more in range(-1, DAYS + 2)]
    ever, still = (
        {item.number for at in at_all if (item := in_force(known, at)) is not None}
        for known in (versions, longer)
    )
    assert {item.number for item in displaced(versions, day)} == ever - still
