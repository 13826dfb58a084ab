"""A published city: invented once, with a plan drawn in a minute as first version of each stage."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from webmap.database import open_database
from webmap.maps.ahead import draw_ahead
from webmap.services.archive import Archive
from webmap.services.desks import keep_desk
from webmap.services.publishing import Order, commit, prepare, today_in
from webmap.services.versions import Versions
from zoning.progress import silent
from zoning.study import exclusive, open_study

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from webmap.database import Database
    from zoning.study import Study

# how good the plan is does not matter to the server
DRAWN_IN_S = 60
# drawn, but a rule is broken or seats are missing: this plan was given a minute only
TO_BE_MENDED = 7
# every question comes from the network address of another family, as the bureau's own proxy tells:
# the limits are those of every server
PROXY = "trusted_proxies"
SETTINGS = f"\n[web]\n{PROXY} = 1\n"


def published_city(folder: Path, *, size: str) -> Path:
    """Return a folder with a published demo; what is done already is not done again.

    Parameters
    ----------
    folder
        Where it is, or shall be.
    size
        Size of the demo.
    """
    if not (folder / "study.toml").is_file():
        _zoning("demo", str(folder), "--size", size)
    settings = folder / "study.toml"
    text = settings.read_text(encoding="utf-8")
    if PROXY not in text:
        settings.write_text(text + SETTINGS, encoding="utf-8")
    database = open_database(folder)
    try:
        _publish_all(folder, database)
    finally:
        database.close()
    _zoning("answers", str(folder))
    return folder


def stages_of(folder: Path) -> list[str]:
    """Return the stages of a study.

    Parameters
    ----------
    folder
        Folder of the study.
    """
    return [stage.value for stage in open_study(folder).settings.study.stages]


def _publish_all(folder: Path, database: Database) -> None:
    versions = Versions(database)
    known = {version.stage for version in versions.every()}
    for stage in stages_of(folder):
        if stage in known:
            continue
        plans = sorted((folder / "plans").glob(f"{stage}-*.gpkg"))
        if not plans:
            limit = ("--stage", stage, "--time-limit", str(DRAWN_IN_S))
            _zoning("draw", str(folder), *limit, expected=(0, TO_BE_MENDED))
            plans = sorted((folder / "plans").glob(f"{stage}-*.gpkg"))
        with exclusive(folder) as study:
            _publish(study, plans[0], versions)


def _publish(study: Study, plan: Path, versions: Versions) -> None:
    now = datetime.now(UTC)
    today, archive = today_in(study, now), Archive(study.root)
    order = Order(str(plan), study.settings.study.years[0], "benchmark", today, today)
    draft = prepare(study, order, versions=versions, archive=archive, now=now, progress=silent)
    accepted = draft.review.to_accept
    version = commit(study, draft, versions=versions, archive=archive, now=now, accepted=accepted)
    keep_desk(study.root, version, archive)
    draw_ahead(study.root, version, archive)


def _zoning(*words: str, expected: Sequence[int] = (0,)) -> None:
    command = [sys.executable, "-m", "zoning.cli", *words]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode not in expected:
        raise subprocess.CalledProcessError(done.returncode, command)
