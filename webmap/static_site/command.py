"""What `zoning publish --static` does: makes ready, renders, and brings all into the folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from webmap.config import DATABASE_URL, WEB_SECRET, Config
from webmap.services.publishing import require_review
from webmap.static_site.folder import refuse_foreign, replace_folder
from webmap.static_site.site import write_files
from zoning.cli.output import progress_bar
from zoning.errors import ZoningError
from zoning.lookup.opening import prepare
from zoning.messages import explain
from zoning.study import exclusive
from zoning.study.tiles import tiles

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.cli.console import Console
    from zoning.progress import Progress
    from zoning.study.folder import Study

MEGABYTE = 1e6


def write_static(console: Console, directory: Path, out: Path) -> None:
    """Write the public part of a study into a folder.

    Parameters
    ----------
    console
        Told what was done.
    directory
        Folder of the study.
    out
        See `replace_folder`.

    Raises
    ------
    NoApprovalError
        Maps must not go to the public.
    ZoningError
        See `write_files` and `replace_folder`.
    """
    config = Config(
        study=directory.resolve(),
        secret=os.environ.get(WEB_SECRET) or None,
        database_url=os.environ.get(DATABASE_URL) or None,
    )
    with (
        exclusive(directory, tell=console.notice) as study,
        progress_bar(console.text("site.STATIC_STEP")) as bar,
    ):
        require_review(study)
        refuse_foreign(out)  # before minutes are spent
        prepare(study, bar)
        _draw_ground(console, study, bar)
        files = write_files(config, progress=bar)
        digest = replace_folder(out, files)
    size = round(sum(map(len, files.values())) / MEGABYTE, 2)
    if console.json:
        told = {"folder": str(out), "files": len(files), "size_mb": size, "manifest": digest}
        console.answer({"static": told})
    else:
        console.say("site.DONE", folder=out, count=len(files), size=size, digest=digest)


def _draw_ground(console: Console, study: Study, progress: Progress) -> None:
    """Make the base map; maps are shown without it, too."""
    try:
        tiles(study, progress)
    except ZoningError as error:
        console.say("ground.NONE", reason=explain(error, console.language))
