"""Opening a plan for look-ups from what the study's steps have left in `build/`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from zoning.errors import MissingStepError, SettingsError
from zoning.geocode.aliases import read_aliases
from zoning.lookup.boundary import near_boundary
from zoning.lookup.desk import Desk
from zoning.lookup.route import Ways
from zoning.lookup.served import ZoneTeller
from zoning.network.crossing_counts import CrossingCounts
from zoning.network.routes import Router
from zoning.network.travel import AddressTimes
from zoning.plan.store import read_plan
from zoning.settings import Stage
from zoning.study.cache import STAMP
from zoning.study.digests import decisions_file
from zoning.study.explain import explain_kept
from zoning.study.frames import load_inputs
from zoning.study.geocode import study_places
from zoning.study.named_roads import NamedRoads
from zoning.study.place_addresses import STEP, geocoder_version
from zoning.study.places import open_places
from zoning.study.road import gates_of, ready, travel_from
from zoning.study.walking import STEP as WALKING
from zoning.study.walking import walking_from, walking_of
from zoning.study.whose_school import zones_of_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from zoning.intake.model import Inputs
    from zoning.network.snap import Placement
    from zoning.plan.model import Plan
    from zoning.progress import Progress
    from zoning.study.explain import Explained
    from zoning.study.folder import Study
    from zoning.study.places import Places
    from zoning.study.whose_school import Zones

NEEDED = ("intake", "basemap", "roads", "blocks", "travel", STEP)
# told where it is there: a study that an earlier version made ready does not have it
BESIDES = (WALKING,)


@dataclass(frozen=True, eq=False)
class Kept:
    """What all plans of a study share.

    Parameters
    ----------
    study
        The study.
    inputs
        Checked inputs.
    places
        The addresses, ready to be asked.
    blocks
        block_id and polygons, working CRS.
    where
        address_id, block_id.
    geocoder
        What tells this geocoder from another.
    state
        What tells this state of `build/` from another; `build_state`. None for what was kept with
        a version, which never changes.
    """

    study: Study
    inputs: Inputs
    places: Places
    blocks: gpd.GeoDataFrame
    where: pd.DataFrame
    geocoder: str
    state: tuple[int, ...] | None


def prepare(study: Study, progress: Progress) -> None:
    """Bring up to date what look-ups need; nothing is redone that has not changed.

    Parameters
    ----------
    study
        The study, opened for this process alone.
    progress
        Told how far it is.

    Raises
    ------
    InputError
        The inputs are refused; the error carries all findings.
    MissingStepError
        No address has a point, or children are counted by block.
    """
    study_places(study, progress)
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    walking_from(study, at_hand, progress)


def build_state(study: Study) -> tuple[int, ...]:
    """Return what tells one state of the steps that look-ups need from another.

    Raises
    ------
    MissingStepError
        A step has not been done, or its folder is gone.
    """
    found, missing = [], []
    for step in NEEDED:
        try:
            found.append((study.build / step / STAMP).stat().st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            missing.append(step)
    if missing:
        raise MissingStepError("lookup.NOT_READY", steps=", ".join(missing))
    return (*found, *(_when_made(study, step) for step in BESIDES))


def _when_made(study: Study, step: str) -> int:
    """Return when a step was done that is not needed; 0 where it was not."""
    try:
        return (study.build / step / STAMP).stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return 0


def open_kept(study: Study) -> Kept:
    """Read what `prepare` has made ready; nothing is computed anew.

    Raises
    ------
    MissingStepError
        It has not been made ready.
    SettingsError
        A school is said to be full that is not there.
    """
    kept = read_kept(study, state=build_state(study))
    unknown = unknown_schools(study.settings.lookup.full_schools, [kept])
    if unknown:
        raise SettingsError("lookup.UNKNOWN_SCHOOLS", schools=", ".join(unknown))
    return kept


def unknown_schools(named: Iterable[str], known: Iterable[Kept]) -> list[str]:
    """Return the schools of the settings that no data know, sorted."""
    ids = {str(school) for kept in known for school in kept.inputs.schools["school_id"]}
    return sorted(set(named) - ids)


def read_kept(study: Study, *, state: tuple[int, ...] | None) -> Kept:
    """Read what look-ups need of a study, or of what was kept of one.

    Parameters
    ----------
    study
        The study.
    state
        See `Kept`.
    """
    build = study.build
    # both wait for the disk and decode shapes for the most part
    with ThreadPoolExecutor(max_workers=1) as beside:
        inputs = beside.submit(load_inputs, build / "intake")
        places = open_places(
            build / STEP,
            lines=NamedRoads(build / "basemap").lines,
            aliases=read_aliases(decisions_file(study)),
        )
        return Kept(
            study=study,
            inputs=inputs.result(),
            places=places,
            blocks=gpd.read_parquet(build / "blocks" / "blocks.parquet"),
            where=pd.read_parquet(build / "blocks" / "address_block.parquet"),
            geocoder=geocoder_version(),
            state=state,
        )


def open_desk(kept: Kept, file: Path) -> Desk:
    """Make a plan ready for look-ups.

    Parameters
    ----------
    kept
        What all plans of the study share.
    file
        The plan file.

    Raises
    ------
    StorageError
        The file is damaged.
    MissingStepError
        The plan is of other blocks or schools, or the steps have been run again meanwhile: what was
        read before does not go with it.
    """
    if kept.state is not None and build_state(kept.study) != kept.state:
        raise MissingStepError("lookup.RUN_AGAIN", plan=file.stem)
    content = read_plan(file)
    stage = Stage(content.plan.stage)
    zones = zones_of_plan(
        content.plan, inputs=kept.inputs, blocks=kept.blocks, where=kept.where, places=kept.places
    )
    told = explain_kept(kept.study, content, stage=stage, inputs=kept.inputs)
    near = near_boundary(kept.places, zones, metres=kept.study.settings.lookup.boundary_m)
    return desk_of(kept, zones, told, plan=content.plan, near=near)


def desk_of(
    kept: Kept,
    zones: Zones,
    told: Explained,
    *,
    plan: Plan,
    near: Mapping[int, tuple[int, ...]],
    on_foot: Placement | None = None,
) -> Desk:
    """Put together a desk of what has been worked out.

    Parameters
    ----------
    kept
        What all plans of the study share.
    zones
        The zones of the plan.
    told
        The plan, ready for questions.
    plan
        The plan.
    near
        Other zones near addresses; `near_boundary`.
    on_foot
        The residences on the walking network of a stage that does not walk, if they have been
        placed before.
    """
    settings, stage = kept.study.settings, Stage(plan.stage)
    walking = walking_of(
        kept.study, stage, inputs=kept.inputs, residences=told.teller.facts.residences,
        places=on_foot,
    )  # fmt: skip
    teller = ZoneTeller(plan, told, full=frozenset(settings.lookup.full_schools), walking=walking)
    return Desk(
        places=kept.places.in_zones(zones.of_row),
        blocks=kept.blocks,
        zones=zones,
        near=near,
        teller=teller,
        mode=settings.network.modes[stage].value,
        boundary_m=settings.lookup.boundary_m,
        ways=_ways(kept, stage, teller),
    )


def _ways(kept: Kept, stage: Stage, teller: ZoneTeller) -> Ways | None:
    """Make ways ready to be drawn; the addresses were placed on the network for their times."""
    times, crossed = teller.facts.times_to, teller.facts.crossings_to
    if not isinstance(times, AddressTimes) or not isinstance(crossed, CrossingCounts):
        return None
    gates = gates_of(kept.inputs, stage)
    return Ways(Router.on(crossed.network, times.tables, gates=gates), times, teller)
