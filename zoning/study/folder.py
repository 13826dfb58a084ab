"""The study folder: where everything is, and how it is opened.

`study.toml` all settings; `inputs/` what the bureau supplied, never written to; `build/` derived,
may be deleted; `decisions/` what officers have decided, only added to; `plans/` one GeoPackage a
plan, never overwritten.
"""

from __future__ import annotations

import errno
import fcntl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.rules import RuleSet, available_rule_sets, load_rule_set
from zoning.settings import StudySettings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zoning.findings import Finding

SETTINGS_FILE = "study.toml"
# shared drives of some offices know no locks; there the office has to take care itself
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


def _unheard(finding: Finding) -> None:
    """Nobody listens."""


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
    tell
        Told of what was found damaged and mended on the way.
    """

    root: Path
    settings: StudySettings
    rules: RuleSet
    tell: Callable[[Finding], None] = _unheard

    @property
    def inputs(self) -> Path:
        """What the bureau supplied."""
        return self.root / "inputs"

    @property
    def build(self) -> Path:
        """What is derived from it."""
        return self.root / "build"

    @property
    def decisions(self) -> Path:
        """What officers have decided while the study was made, kept by the program."""
        return self.root / "decisions"

    @property
    def plans(self) -> Path:
        """The plans, one file each."""
        return self.root / "plans"


def open_study(
    root: Path, *, tell: Callable[[Finding], None] = _unheard, kept: bool = False
) -> Study:
    """Open a study folder.

    Parameters
    ----------
    root
        The folder.
    tell
        See `Study`.
    kept
        Whether it was kept with a version: its settings may have names of that time.

    Raises
    ------
    SettingsError
        `study.toml` is absent or cannot be used, or names an unknown rule set.
    """
    settings = load_settings(
        root / SETTINGS_FILE, rule_sets=available_rule_sets(), former_names=kept
    )
    rules = load_rule_set(settings.study.rule_set)
    return Study(root=root, settings=settings, rules=rules, tell=tell)


@contextmanager
def exclusive(root: Path, *, tell: Callable[[Finding], None] = _unheard) -> Iterator[Study]:
    """Open a study for one process alone: two runs at once would write into one folder.

    The lock is on `study.toml` itself and ends with the process, so nothing is left behind.

    Parameters
    ----------
    root
        The folder.
    tell
        See `Study`.

    Raises
    ------
    StorageError
        Another process is at work on it.
    SettingsError
        See `open_study`.
    """
    study = open_study(root, tell=tell)
    with (root / SETTINGS_FILE).open("rb") as settings:
        try:
            fcntl.flock(settings, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError("study.BUSY") from error
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield study
