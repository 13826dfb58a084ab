"""The town of every answer, published and written as plain files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from click.testing import CliRunner
from lookup_town import lookup_town

from webmap.config import Config
from webmap.static_site.folder import replace_folder
from webmap.static_site.site import write_files
from zoning.cli import main
from zoning.progress import silent
from zoning.study import exclusive
from zoning.study.tiles import tiles

if TYPE_CHECKING:
    from pathlib import Path

BEGAN = date(2026, 9, 1)
DECIDED = ("--decision", "〔2026〕12号", "--decision-date", "2026-06-08")


def published_town(folder: Path) -> Path:
    """Draw and publish the primary zones of the town, in force since `BEGAN`; make its tiles."""
    study = lookup_town(folder)
    (plan,) = (study / "plans").glob("*.gpkg")
    words = ["publish", str(study), plan.stem, "--school-year", "2027", "--effective-from",
             BEGAN.isoformat(), *DECIDED, "--commit"]  # fmt: skip
    result = CliRunner().invoke(main, ["--lang", "en", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with exclusive(study) as opened:
        tiles(opened, silent)
    return study


def written(study: Path, out: Path, *, least: int = 4) -> Path:
    """Write the files; a part of the index has as few addresses as a town of twelve allows."""
    files = write_files(Config(study=study), progress=silent, least=least)
    replace_folder(out, files)
    return out
