"""The study folder: where everything is, and how it is opened.

`study.toml` all settings; `inputs/` what the bureau supplied, never written to; `build/` derived,
may be deleted; `plans/` one GeoPackage a plan, never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.rules import RuleSet, load_rule_set
from zoning.settings import StudySettings, load_settings

if TYPE_CHECKING:
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
