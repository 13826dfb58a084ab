"""Keep the map of each drawn plan up to date; who draws it is passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.study.cache import Step, ensure, file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zoning.progress import Progress
    from zoning.study.draw import Drawn
    from zoning.study.folder import Study


def ensure_map(
    study: Study,
    drawn: Drawn,
    *,
    language: str,
    write: Callable[[Path, Path], None],
    progress: Progress,
) -> Path:
    """Make sure that the map of a plan is there and return its file.

    Parameters
    ----------
    study
        The study.
    drawn
        The plan.
    language
        Language of the map.
    write
        Draws the map of a plan file into a file.
    progress
        Told how far it is.
    """

    def draw(folder: Path, progress: Progress) -> Mapping[str, Any]:
        progress(drawn.plan_id)
        write(drawn.file, folder / f"{drawn.plan_id}.html")
        return {}

    reads = {
        "plan": file_digest(drawn.file),
        "language": language,
    }
    step = Step(f"map-{drawn.stage}", 2, reads, draw)
    ensure(step, build=study.build, progress=progress, tell=study.tell)
    return study.build / step.name / f"{drawn.plan_id}.html"
