"""A new study: folders, commented settings, and templates to fill in."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from zoning.errors import StorageError
from zoning.intake.templates import study_template, write_templates
from zoning.study.cache import storage_error
from zoning.study.folder import SETTINGS_FILE


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
        There is a study already, or the folder cannot be written to; no half study is left.
    """
    if (folder / SETTINGS_FILE).exists():
        raise StorageError("study.EXISTS", folder=folder)
    inputs = folder / "inputs"
    try:
        inputs.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".new-", dir=folder) as hidden:
            draft = Path(hidden)
            write_templates(draft, years=years)
            templates = sorted(draft.iterdir())
            for file in templates:
                if (inputs / file.name).exists():
                    raise StorageError("study.TEMPLATE_EXISTS", file=inputs / file.name)
            (draft / SETTINGS_FILE).write_text(study_template(name, years), encoding="utf-8")
            for file in templates:
                file.rename(inputs / file.name)
            (draft / SETTINGS_FILE).rename(folder / SETTINGS_FILE)
    except OSError as error:
        raise storage_error(error, folder) from error
    return [folder / SETTINGS_FILE, *sorted(file for file in inputs.iterdir() if file.is_file())]
