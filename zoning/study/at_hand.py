"""What every step after the check begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from zoning.intake.basemap import load_basemap
from zoning.study.frames import CRS_FILE, frame_file, load_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake.basemap import Basemap
    from zoning.intake.model import Inputs
    from zoning.study.cache import Stamp


@dataclass(frozen=True, eq=False)
class Ready:
    """Checked inputs and the basemap that goes with them, read when they are asked for.

    Parameters
    ----------
    build
        The study's folder of derived files.
    intake, roads
        The stamps of the inputs and of the basemap.
    """

    build: Path
    intake: Stamp
    roads: Stamp

    @cached_property
    def inputs(self) -> Inputs:
        """The checked inputs."""
        return load_inputs(self.build / "intake")

    @cached_property
    def basemap(self) -> Basemap:
        """Roads, railways and rivers."""
        return load_basemap(self.build / "basemap")

    def digests(self, *frames: str) -> dict[str, str]:
        """Return the SHA-256 of frames as they were kept: a step redoes only what they change."""
        return self.intake.contents([CRS_FILE, *(frame_file(frame) for frame in frames)])
