"""The base map of a study: which files of tiles there are, and in which state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.settings import MapSection, load_settings
from zoning.study.cache import read_stamp
from zoning.study.tiles import FILES, STEP

if TYPE_CHECKING:
    from pathlib import Path

# what a URL carries of a digest: enough to tell one state of a file from every other
_SHOWN = 16


@dataclass(frozen=True)
class TileFile:
    """A file of tiles.

    Parameters
    ----------
    name
        One of `zoning.study.tiles.FILES`.
    path
        Where it is.
    digest
        SHA-256 of its content when it was made.
    """

    name: str
    path: Path
    digest: str

    @property
    def state(self) -> str:
        """What tells this file from an earlier one of the same name."""
        return self.digest[:_SHOWN]


class Ground:
    """The base map of a study.

    Parameters
    ----------
    study
        Folder of the study.
    tianditu
        Whether a reader may ask for tiles of Tianditu, where the bureau has a key.
    """

    def __init__(self, study: Path, *, tianditu: bool = True) -> None:
        self._study = study
        settings = load_settings(study / "study.toml").map
        self._settings = settings if tianditu else settings.model_copy(update={"tianditu_key": ""})

    @property
    def study(self) -> Path:
        """Folder of the study."""
        return self._study

    @property
    def settings(self) -> MapSection:
        """What maps have to carry, as it was when the server started."""
        return self._settings

    def files(self) -> tuple[TileFile, ...]:
        """Return the files of tiles; none where they have not been made."""
        folder = self._study / "build" / STEP
        stamp = read_stamp(folder)
        if stamp is None:
            return ()
        digests = stamp.contents(f"{name}.pmtiles" for name in FILES)
        found = [
            TileFile(name, folder / f"{name}.pmtiles", digests[f"{name}.pmtiles"])
            for name in FILES
            if f"{name}.pmtiles" in digests
        ]
        return tuple(item for item in found if item.path.is_file())
