"""The study folder: where everything is, and how it is opened.

`study.toml` all settings; `inputs/` what the bureau supplied, never written to; `build/` derived,
may be deleted; `plans/` one GeoPackage a plan, never overwritten.
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.rules import RuleSet, load_rule_set
from zoning.settings import StudySettings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS_FILE = "study.toml"


@dataclass(frozen=True)
class Study:
    """An opened study.

    Parameters
    ----------
    root
        The folder.
    settings
        Validated `study.toml`.
    rules
        The rule set that the settings name.
    """

    root: Path
    settings: StudySettings
    rules: RuleSet

    @property
    def inputs(self) -> Path:
        """What the bureau supplied."""
        return self.root / "inputs"

    @property
    def build(self) -> Path:
        """What is derived from it."""
        return self.root / "build"

    @property
    def plans(self) -> Path:
        """The plans, one file each."""
        return self.root / "plans"


def open_study(root: Path) -> Study:
    """Open a study folder.

    Raises
    ------
    SettingsError
        `study.toml` is absent or cannot be used, or names an unknown rule set.
    """
    settings = load_settings(root / SETTINGS_FILE)
    return Study(root=root, settings=settings, rules=load_rule_set(settings.study.rule_set))


@contextmanager
def exclusive(root: Path) -> Iterator[Study]:
    """Open a study for one process alone: two runs at once would write into one folder.

    The lock is on `study.toml` itself and ends with the process, so nothing is left behind.

    Raises
    ------
    StorageError
        Another process is at work on it.
    SettingsError
        See `open_study`.
    """
    study = open_study(root)
    with (root / SETTINGS_FILE).open("rb") as settings:
        try:
            fcntl.flock(settings, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError("study.BUSY") from error
        yield study
