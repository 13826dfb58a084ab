"""A new study: folders, commented settings, and templates to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.intake.templates import study_template, write_templates
from zoning.study.folder import SETTINGS_FILE

if TYPE_CHECKING:
    from pathlib import Path


def create_study(folder: Path, *, name: str, years: tuple[int, ...]) -> list[Path]:
    """Write a new study and return the files to fill in.

    Parameters
    ----------
    folder
        The new study's folder; it may exist, but hold no study.
    name
        Name of the county.
    years
        School years of the horizon.

    Raises
    ------
    StorageError
        There is a study already, or the folder cannot be written to.
    """
    settings = folder / SETTINGS_FILE
    if settings.exists():
        raise StorageError("study.EXISTS", folder=folder)
    try:
        inputs = folder / "inputs"
        inputs.mkdir(parents=True, exist_ok=True)
        write_templates(inputs, years=years)
        settings.write_text(study_template(name, years), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            "study.CANNOT_WRITE", file=str(error.filename or folder), detail=str(error.strerror)
        ) from error
    return [settings, *sorted(file for file in inputs.iterdir() if file.is_file())]
