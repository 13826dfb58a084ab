"""What pages draw of a version, drawn when it is published: the first reader does not wait for it.

A drawing is kept under the digest of all that it is drawn from. Where it is not there, such as of
a version that was published before, or where the surroundings have changed since, it is drawn when
somebody asks.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from webmap.maps.background import Stroke
from webmap.maps.facts import Intake, SchoolFacts, Texts, ZoneFacts
from webmap.maps.parts import LegendClass, LegendLine, MapParts, ZoneMap
from webmap.maps.pictures import Picture, captioned, ground_of, zones_picture
from webmap.services.atlas import read_addresses, texts_file
from webmap.services.plans import load_plan
from webmap.services.surroundings import load_surroundings, surroundings_digest
from webmap.services.zone_words import ZoneWords, zone_words
from zoning.lookup.archived import kept_table
from zoning.messages import languages
from zoning.notice.canonical import digest_of
from zoning.study import open_study
from zoning.study.cache import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from webmap.services.archive import Archive
    from webmap.services.plans import PlanData
    from zoning.publish.version import Version

# raised when the same plan is drawn in another way, or kept in another form
FORMAT = 2
MAP, STILL, WORDS = "map", "still", "words"


@dataclass(frozen=True)
class Ahead:
    """The drawings of one version.

    Parameters
    ----------
    archive
        Where they are kept.
    version
        The version.
    around
        Digest of what lies around its zones, `Shelf.drawn_around`.
    """

    archive: Archive
    version: Version
    around: str

    def zone_map(self, plan: PlanData, language: str) -> ZoneMap | None:
        """Return the map of the zones; None where it is not kept."""
        found = self._read(MAP, self.around, language)
        return None if found is None else _map_of(found, plan)

    def keep_zone_map(self, zone_map: ZoneMap, language: str) -> None:
        """Keep the map of the zones.

        Raises
        ------
        StorageError
            It cannot be kept.
        """
        self._keep(_document_of(zone_map), MAP, self.around, language)

    def still(self, language: str) -> Picture | None:
        """Return the drawing of all zones; None where it is not kept."""
        found = self._read(STILL, self.around, language)
        # what we have drawn ourselves
        return None if found is None else Picture(Markup(found["svg"]), found["scales"])  # noqa: S704

    def keep_still(self, picture: Picture, language: str) -> None:
        """Keep the drawing of all zones.

        Raises
        ------
        StorageError
            It cannot be kept.
        """
        document = {"svg": str(picture.svg), "scales": dict(picture.scales)}
        self._keep(document, STILL, self.around, language)

    def words(self, texts: Path | None, gather: Callable[[], pd.DataFrame]) -> ZoneWords | None:
        """Return what is said of the zones; None where it is not kept.

        Parameters
        ----------
        texts
            Table with the bureau's words; None where there is none.
        gather
            See `ZoneWords`.
        """
        found = self._read(WORDS, _state(texts))
        return None if found is None else ZoneWords.of_document(found, gather)

    def keep_words(self, words: ZoneWords, texts: Path | None) -> None:
        """Keep what is said of the zones, unless the bureau's words could not be read.

        Raises
        ------
        StorageError
            It cannot be kept.
        """
        if words.fault is None:
            self._keep(words.document(), WORDS, _state(texts))

    def _name(self, *drawn_from: str) -> str:
        program = metadata.version("school-zoning")
        version = self.version
        return digest_of([FORMAT, program, version.plan_file, version.index, *drawn_from])

    def _read(self, *drawn_from: str) -> Any:
        content = self.archive.drawn(self._name(*drawn_from))
        return None if content is None else json.loads(content)

    def _keep(self, document: Mapping[str, Any], *drawn_from: str) -> None:
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        self.archive.keep_drawn(self._name(*drawn_from), content.encode())


def draw_ahead(study: Path, version: Version, archive: Archive) -> None:
    """Draw what the pages of a version show, and keep it.

    Parameters
    ----------
    study
        Folder of the study.
    version
        The version.
    archive
        What is kept of it.

    Raises
    ------
    ZoningError
        It cannot be drawn or kept: a server draws it when somebody asks, as far as it can.
    """
    from webmap.maps.zone_map import build_zone_map

    plan = load_plan(archive.plan(version.plan_file), plan_id=version.plan_id)
    around = load_surroundings(study)
    ahead = Ahead(archive, version, surroundings_digest(study))
    ground = ground_of(plan, around)
    for language in languages():
        ahead.keep_zone_map(build_zone_map(plan, around, language=language), language)
        words = Texts(language)
        caption = captioned(words("webmap.MAP_LABEL"), words)
        ahead.keep_still(zones_picture(plan, ground, caption=caption, name="zones"), language)
    texts = texts_file(open_study(study))
    addresses = read_addresses(kept_table(archive.index(version.index)))
    ahead.keep_words(zone_words(plan, addresses, stage=version.stage, texts=texts), texts)


def _state(file: Path | None) -> str:
    return file_digest(file) if file is not None and file.is_file() else ""


def _document_of(zone_map: ZoneMap) -> dict[str, Any]:
    """Return a map as plain values, without its plan."""
    return {
        "parts": asdict(zone_map.parts),
        "data": zone_map.data,
        "zones": list(map(asdict, zone_map.zones)),
        "schools": list(map(asdict, zone_map.schools)),
        "lines": list(map(asdict, zone_map.lines)),
        "classes": list(map(asdict, zone_map.classes)),
        "changed": zone_map.changed,
        "attribution": zone_map.attribution,
    }


def _map_of(document: Mapping[str, Any], plan: PlanData) -> ZoneMap:
    return ZoneMap(
        plan=plan,
        parts=MapParts(**_with_tuples(document["parts"])),
        data=document["data"],
        zones=tuple(ZoneFacts(**_with_tuples(item, Intake)) for item in document["zones"]),
        schools=tuple(SchoolFacts(**_with_tuples(item, Intake)) for item in document["schools"]),
        lines=tuple(LegendLine(**_with_tuples(item, Stroke)) for item in document["lines"]),
        classes=tuple(LegendClass(**item) for item in document["classes"]),
        changed=document["changed"],
        attribution=document["attribution"],
    )


def _with_tuples(item: Mapping[str, Any], kind: Callable[..., Any] | None = None) -> dict[str, Any]:
    """Return values with tuples for lists, and what is named in one of them as its kind."""

    def read(value: Any) -> Any:
        return kind(**value) if kind is not None and isinstance(value, dict) else value

    return {
        name: tuple(map(read, value)) if isinstance(value, list) else value
        for name, value in item.items()
    }
