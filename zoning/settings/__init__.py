"""`study.toml` as frozen, validated settings: passed in, never global."""

from zoning.settings.model import (
    LARGEST_SEED,
    Barrier,
    BarrierSection,
    BlocksSection,
    DrawSection,
    InputFile,
    InputsSection,
    Mode,
    NetworkSection,
    Stage,
    StudySection,
    StudySettings,
    WeightSection,
)
from zoning.settings.reader import SettingsFault, load_settings, parse_settings

__all__ = [
    "LARGEST_SEED",
    "Barrier",
    "BarrierSection",
    "BlocksSection",
    "DrawSection",
    "InputFile",
    "InputsSection",
    "Mode",
    "NetworkSection",
    "SettingsFault",
    "Stage",
    "StudySection",
    "StudySettings",
    "WeightSection",
    "load_settings",
    "parse_settings",
]
