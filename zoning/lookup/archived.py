"""What a version keeps so that it can be asked for ever, whatever becomes of the study.

A study that holds nothing but what look-ups need: its settings, the checked inputs, blocks, roads,
travel times and addresses ready to be asked, under the names that they have in a study.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from zoning.errors import MissingStepError
from zoning.intake.basemap import LINES_FILE, WAYS_FILE
from zoning.lookup.opening import open_desk, open_kept, prepare, read_kept
from zoning.plan.store import SUFFIX
from zoning.study import open_study
from zoning.study.boarding import boarding_folder
from zoning.study.digests import decisions_file
from zoning.study.folder import SETTINGS_FILE
from zoning.study.frames import CRS_FILE
from zoning.study.place_addresses import STEP
from zoning.study.places import TABLE_FILE
from zoning.study.publish import index_files
from zoning.study.stage import UPSTREAM
from zoning.study.walking import STEP as WALKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zoning.lookup.opening import Kept
    from zoning.plan.model import Plan
    from zoning.progress import Progress
    from zoning.settings.lookup import LookupSection
    from zoning.study.folder import Study

BLOCKS = ("blocks.parquet", "adjacency.parquet", "address_block.parquet")


def make_sure(study: Study, file: Path, *, progress: Progress) -> None:
    """Bring up to date what look-ups need, and open a plan as the look-up will.

    Parameters
    ----------
    study
        The study, opened for this process alone.
    file
        The plan file.
    progress
        Told how far it is.

    Raises
    ------
    ZoningError
        The plan cannot be asked with the data of the study.
    """
    prepare(study, progress)
    open_desk(open_kept(study), file)


def state_files(study: Study, plan: Plan) -> dict[str, Path]:
    """Return all files that look-ups under a plan need, by their paths in a study.

    Parameters
    ----------
    study
        A study of which `make_sure` has been called.
    plan
        The plan.
    """
    return {file.relative_to(study.root).as_posix(): file for file in _files(study, plan)}


def _files(study: Study, plan: Plan) -> Iterator[Path]:
    build = study.build
    yield study.root / SETTINGS_FILE
    yield build / "intake" / CRS_FILE
    yield from sorted((build / "intake").glob("*.parquet"))
    yield from (build / "blocks" / name for name in BLOCKS)
    for step in ("roads", "travel"):
        for stage in study.settings.study.stages:
            yield from sorted((build / step / stage.value).iterdir())
            boarding = build / step / boarding_folder(stage)
            yield from sorted(boarding.iterdir()) if boarding.is_dir() else ()
    for stage in study.settings.study.stages:
        on_foot = build / WALKING / stage.value
        yield from sorted(on_foot.iterdir()) if on_foot.is_dir() else ()
    yield from index_files(study).values()
    yield from (build / "basemap" / name for name in (LINES_FILE, WAYS_FILE))
    if decisions_file(study).is_file():
        yield decisions_file(study)
    # zones that are put together from those of another plan
    upstream = json.loads(dict(plan.source.settings).get(UPSTREAM, '""'))
    if upstream:
        yield study.plans / f"{upstream}{SUFFIX}"


def is_state(folder: Path) -> bool:
    """Tell whether a folder holds what `state_files` names, rather than addresses alone."""
    return (folder / SETTINGS_FILE).is_file()


def kept_table(folder: Path) -> Path:
    """Return the table of addresses among what was kept with a version, in whichever form it was.

    Parameters
    ----------
    folder
        Where it is.
    """
    return (folder / "build" / STEP if is_state(folder) else folder) / TABLE_FILE


def open_state(folder: Path, *, page: LookupSection) -> Kept:
    """Read what was kept with a version.

    Parameters
    ----------
    folder
        Where it is.
    page
        What the page says, which is that of the study of now.

    Raises
    ------
    MissingStepError
        The folder holds addresses alone.
    """
    if not is_state(folder):
        raise MissingStepError("lookup.NOT_READY", steps=SETTINGS_FILE)
    study = open_study(folder, kept=True)
    settings = study.settings.model_copy(update={"lookup": page})
    return read_kept(replace(study, settings=settings), state=None)
