"""`study.toml` as frozen, validated settings: passed in, never global."""

from zoning.settings.model import (
    LARGEST_SEED,
    AdminLines,
    Barrier,
    BarrierSection,
    BlocksSection,
    DrawSection,
    InputFile,
    InputsSection,
    Limit,
    Mode,
    NetworkSection,
    Overload,
    Stage,
    StudySection,
    StudySettings,
    WeightSection,
)
from zoning.settings.reader import SettingsFault, load_settings, parse_settings

__all__ = [
    "LARGEST_SEED",
    "AdminLines",
    "Barrier",
    "BarrierSection",
    "BlocksSection",
    "DrawSection",
    "InputFile",
    "InputsSection",
    "Limit",
    "Mode",
    "NetworkSection",
    "Overload",
    "SettingsFault",
    "Stage",
    "StudySection",
    "StudySettings",
    "WeightSection",
    "load_settings",
    "parse_settings",
]
