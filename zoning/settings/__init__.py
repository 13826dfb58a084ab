"""`study.toml` as frozen, validated settings: passed in, never global."""

from zoning.settings.lookup import LookupSection
from zoning.settings.map import MapSection
from zoning.settings.model import (
    LARGEST_SEED,
    AdminLines,
    Barrier,
    BarrierSection,
    BlocksSection,
    DrawSection,
    Feeder,
    GroupsSection,
    InputFile,
    InputsSection,
    Limit,
    Mode,
    NetworkSection,
    Overload,
    PrivateWays,
    Stage,
    StudySection,
    StudySettings,
    WeightSection,
)
from zoning.settings.reader import SettingsFault, load_settings, parse_settings
from zoning.settings.web import WebSection

__all__ = [
    "LARGEST_SEED",
    "AdminLines",
    "Barrier",
    "BarrierSection",
    "BlocksSection",
    "DrawSection",
    "Feeder",
    "GroupsSection",
    "InputFile",
    "InputsSection",
    "Limit",
    "LookupSection",
    "MapSection",
    "Mode",
    "NetworkSection",
    "Overload",
    "PrivateWays",
    "SettingsFault",
    "Stage",
    "StudySection",
    "StudySettings",
    "WebSection",
    "WeightSection",
    "load_settings",
    "parse_settings",
]
