"""Every address of the demo county, in the forms in which people write it, looked up."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup
from zoning.geocode.kernels import NO_ZONE
from zoning.lookup.answers import served_of
from zoning.lookup.opening import open_desk, open_kept, prepare
from zoning.progress import silent
from zoning.study import exclusive, open_study

if TYPE_CHECKING:
    from zoning.lookup.answers import Answer

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def study(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(copytree(small_study, tmp_path_factory.mktemp("lookup") / "county"))
    with exclusive(folder) as opened:
        prepare(opened, silent)
    return folder


def schools(answer: Answer) -> set[str] | None:
    served = served_of(answer)
    return None if served is None else {school.school_id for school in served.schools}


@pytest.mark.parametrize("stage", ["primary", "junior_middle"])
def test_no_look_up_names_another_school_than_the_list(study: Path, stage: str) -> None:
    lookup = Lookup(study, NewestPlans(study))
    plan = NewestPlans(study).plan_on(stage, lookup.today())
    assert plan is not None
    desk = open_desk(open_kept(open_study(study)), plan.file)
    answered = 0
    for at, row in enumerate(desk.places.table.fillna("").itertuples()):
        zone = int(desk.zones.of_row[at])
        assert zone != NO_ZONE
        own = set(desk.zones.schools[zone])
        key = str(row.address_id)
        chosen = lookup.ask(stage, lambda one, about, key=key: one.choose(key, about))
        assert schools(chosen) == own, key
        area = f"{row.division}{row.community}"
        door = f"{row.road}{row.number}"
        for text in {row.name, door, f"{area}{door}{row.name}", row.alias} - {""}:
            named = schools(lookup.ask(stage, lambda one, about, text=text: one.ask(text, about)))
            assert named in (None, own), text
            answered += named is not None
    # what stands in the list is a question or a call only at a boundary
    assert answered > 0.85 * len(desk.places.table)


@pytest.mark.parametrize("stage", ["primary", "junior_middle"])
def test_a_whole_that_is_chosen_has_the_answer_of_each_of_its_addresses(
    study: Path, stage: str
) -> None:
    lookup = Lookup(study, NewestPlans(study))
    plan = NewestPlans(study).plan_on(stage, lookup.today())
    assert plan is not None
    desk = open_desk(open_kept(open_study(study)), plan.file)
    several, shown = 0, {}
    for at, key in enumerate(desk.places.table["address_id"].astype(str)):
        for mark in ("*", "**"):
            sent = f"{key}{mark}"
            chosen = lookup.ask(stage, lambda one, about, sent=sent: one.choose(sent, about))
            served = served_of(chosen)
            if served is None or served.place is None:
                continue
            assert schools(chosen) == set(desk.zones.schools[int(desk.zones.of_row[at])]), sent
            several += served.place.count > 1
            # one text never stands for places of two schools: a slip has nothing else
            known = shown.setdefault(served.place.text, schools(chosen))
            assert known == schools(chosen), served.place.text
    assert several
