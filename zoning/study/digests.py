"""Digests of a study's inputs: what decides whether a step has to be done again."""

from __future__ import annotations

from glob import escape
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.study.cache import file_digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.study.folder import Study

DECIDED_ADDRESSES = "addresses.jsonl"


def input_digests(study: Study, *, names: Sequence[str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of input files by their path from `inputs/`.

    What was decided about addresses counts with them: it says where they are.

    Parameters
    ----------
    study
        The study.
    names
        Inputs of `study.toml` to look at; None takes all. A shapefile is several files of one
        stem: all of them count.
    """
    digests = {}
    for name, item in study.settings.inputs.named().items():
        if names is not None and name not in names:
            continue
        path = study.inputs / item.file
        for file in sorted(path.parent.glob(f"{escape(path.stem)}.*")):
            if file.is_file() and (file == path or path.suffix.lower() == ".shp"):
                digests[file.relative_to(study.inputs).as_posix()] = _input_digest(file)
    decided = decisions_file(study)
    if (names is None or "addresses" in names) and decided.is_file():
        digests[f"../{decided.relative_to(study.root).as_posix()}"] = _input_digest(decided)
    return dict(sorted(digests.items()))


def decisions_file(study: Study) -> Path:
    """Return where the decisions about the addresses of a study are kept."""
    return study.decisions / DECIDED_ADDRESSES


def _input_digest(file: Path) -> str:
    try:
        return file_digest(file)
    except OSError as error:
        raise StorageError("study.CANNOT_READ", file=file, detail=os_reason(error)) from error
