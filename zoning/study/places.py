"""The bureau's addresses that have a point, ready to be asked: by their parts first, then alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.geocode.admin import Divisions
from zoning.geocode.aliases import Aliases
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.decide import CONTRADICTED, LEAST_RADIUS_M
from zoning.geocode.doubts import SEVERAL_NAMES
from zoning.geocode.fallback import Streets
from zoning.geocode.gazetteer import Place, build_gazetteer, open_gazetteer, save_gazetteer
from zoning.geocode.kernels import FAR_M
from zoning.geocode.latin import is_latin
from zoning.geocode.match import Geocoder
from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.geocode.record import NO_NUMBER
from zoning.geocode.reviewed import Reviewed, reviewed
from zoning.geocode.text import plain
from zoning.study.address_rows import AddressRows
from zoning.study.besides import are_others, compounds_named
from zoning.study.by_parts import Parts, PartsIndex, aliases, ways_called
from zoning.study.many_parts import Cutter, parts_of_rows
from zoning.study.map_names import MapNames, map_answer, open_map_names
from zoning.study.parts_file import open_former_parts, open_parts, write_parts
from zoning.study.said import question_about, read_text, row_text, with_name_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import geopandas as gpd
    import shapely
    from numpy.typing import NDArray

    from zoning.study.by_parts import Same
    from zoning.study.said import Said

WORDS = ("name", "division", "community", "road", "number", "alias")
TABLE_FILE, GAZETTEER_FILE, PARTS_FILE = "places.parquet", "gazetteer.bin", "parts.bin"
# what versions have kept that were published before there was the other
FORMER_PARTS_FILE = "parts.json"
METRES = 111_195.0
_LEVELS = {"county": Kind.DISTRICT, "town": Kind.TOWN, "community": Kind.COMMUNITY}
_COMMITTEES = {"村": ("民委员会", "委会"), "社区": ("居民委员会", "居委会")}


@dataclass(frozen=True)
class Found:
    """What a text or a row of the table means.

    Parameters
    ----------
    answer
        The answer; rows are positions in `Places.table`.
    rows
        All addresses that are meant alike, such as the buildings of a compound; empty where none
        is equal in all its parts and the answer rests on likeness.
    """

    answer: Answer
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Read:
    """A text that was read, and the addresses that are equal to it in all parts, if there are any.

    Neither depends on zones.
    """

    said: Said
    same: Same | None


@dataclass(frozen=True, eq=False)
class Places:
    """The addresses of a study that have a point.

    Parameters
    ----------
    rows
        The addresses, the same for the plans of all stages.
    parts
        The addresses by their parts.
    geocoder
        Finds what is only alike.
    aliases
        What officers have decided about texts: their word goes before all else.
    map_names
        Places of a map, asked where all else refuses.
    """

    rows: AddressRows
    parts: PartsIndex
    geocoder: Geocoder
    aliases: Aliases = field(default_factory=Aliases)
    map_names: MapNames = field(default_factory=MapNames)

    @property
    def table(self) -> pd.DataFrame:
        """address_id, `WORDS`, lon and lat (WGS 84)."""
        return self.rows.table

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Columns of the table as arrays."""
        return self.rows.columns

    @property
    def position(self) -> dict[str, int]:
        """Position of each address by its id."""
        return self.rows.position

    def in_zones(self, zones: NDArray[np.int32]) -> Places:
        """Return the same with the zone of each address, `kernels.NO_ZONE` for none."""
        return replace(self, geocoder=replace(self.geocoder, zones=zones))

    def find(self, text: str) -> Found:
        """Say what a text means; never raises, whatever the text."""
        return self.find_all([text])[0]

    def find_all(self, texts: Sequence[str], *, read: Sequence[Read] | None = None) -> list[Found]:
        """Say what each of many texts means: all that asks, asks here.

        Parameters
        ----------
        texts
            The texts.
        read
            The same as `read_all` returns them, where they have been read already.
        """
        found = [self._decided(text) for text in texts]
        rest = [at for at in range(len(texts)) if found[at] is None]
        said = {at: self._read(texts[at]) if read is None else read[at] for at in rest}
        for at, item in said.items():
            found[at] = self._refusal(item.said)
        rest = [at for at in said if found[at] is None]
        answers = self.geocoder.answer_all([said[at].said.question for at in rest])
        for at, likely in zip(rest, answers, strict=True):
            found[at] = self._by_map(said[at].said, self._weighed(said[at], likely))
        return [item for item in found if item is not None]

    @cached_property
    def _reviewed(self) -> Reviewed:
        return reviewed(self.geocoder, self.aliases)

    def _decided(self, text: str) -> Found | None:
        """Say what officers have decided about a text; None for nothing."""
        answer = self._reviewed.decided(question_about(text)) if len(self.aliases) else None
        if answer is None:
            return None
        return Found(answer, () if answer.row is None else (answer.row,))

    def read_all(self, texts: Sequence[str]) -> list[Read]:
        """Return what texts say: the same in all zones."""
        return [self._read(text) for text in texts]

    def find_rows(self, rows: pd.DataFrame, *, read: Sequence[Read] | None = None) -> list[Found]:
        """Say where rows of the bureau's table lie that have no point.

        A row is asked as the text that somebody would write for it; by another of its names where
        that is not accepted.

        Parameters
        ----------
        rows
            `WORDS`.
        read
            Their texts as `read_all` returns them, where they have been read already.
        """
        words = words_of(rows)
        found = self.find_all(texts_of(words), read=read)
        others = [
            (at, row_text(item, name=name))
            for at, item in enumerate(words)
            if not found[at].answer.accepted
            for name in aliases(item["alias"])
        ]
        again = self.find_all([text for _, text in others])
        for (at, _), item in zip(others, again, strict=True):
            if item.answer.accepted and not found[at].answer.accepted:
                found[at] = item
        return found

    def _read(self, text: str) -> Read:
        """Read a text; what is equal to a known place as it stands needs no second reading."""
        divisions = self.parts.divisions
        said = read_text(text, divisions=divisions)
        same = self.parts.find(said)
        if same is not None:
            return Read(said, same)
        apart = with_name_apart(said, divisions=divisions)
        if apart is None or self.parts.is_named(said.parts):
            return Read(said, None)
        if not self.parts.is_named(apart.parts):
            return Read(said, None)
        return Read(apart, self.parts.find(apart))

    def _refusal(self, said: Said) -> Found | None:
        """Refuse a text that names another county, or several places."""
        county = self.parts.elsewhere(said)
        if county:
            return Found(_refused(Reason("study_geocode.OTHER_COUNTY", {"county": county})))
        if self.parts.names_several(said):
            return Found(_refused(Reason("study_geocode.SEVERAL_NAMED", {})))
        return None

    def _weighed(self, read: Read, likely: Answer) -> Found:
        """Say what a text means beside what is likely, and whether the text gives reason to ask."""
        said, same = read.said, read.same
        if same is not None:
            found = self._found(same, said.parts, likely)
        else:
            found = self._respelt_group(said, likely) or Found(likely)
        if not found.answer.doubted and self._names_more(found, said):
            found = _doubted(_to_choose(found), Reason(SEVERAL_NAMES, {}))
        city = self.parts.city_elsewhere(said)
        if city:
            found = _doubted(found, Reason("study_geocode.OTHER_CITY", {"city": city}))
        if same is None and self._is_group_by_sound(said, likely):
            found = _doubted(found, Reason("study_geocode.BY_SOUND", {}))
        number = said.parts.loose
        if same is None and number is not None and self.parts.is_named(said.parts):
            # 明康34号: a compound, or the road 明康街
            found = _doubted(found, Reason("study_geocode.OTHER_NUMBER", {"number": number[0]}))
        return found

    def _names_more(self, found: Found, said: Said) -> bool:
        """Tell whether a text names an estate or a phase besides the addresses that were found."""
        divisions, answer = self.parts.divisions, found.answer
        if answer.code is MatchCode.REFUSED or answer.row is None:
            return False
        # what is only alike has its own name with a slip
        compounds = compounds_named(said, divisions=divisions)[0 if found.rows else 1 :]
        if not compounds:
            return False
        rows = found.rows or (answer.row,)
        names = {name for row in rows for name, _ in self.parts.rows[row].names}
        words = "|".join(str(self.columns[name][row]) for row in rows for name in WORDS)
        return are_others(compounds, names=names, words=plain(words).text, divisions=divisions)

    def _by_map(self, said: Said, found: Found) -> Found:
        """Say where the map shows a name that the table does not have; else what was found."""
        answer = found.answer
        if answer.code is not MatchCode.REFUSED or answer.doubted or found.rows:
            return found
        if self.parts.is_named(said.parts):
            # the table has that name, in several places or with more to say
            return found
        place = self.map_names.find(said.text, divisions=self.parts.divisions)
        return found if place is None else Found(map_answer(place, answer))

    def _respelt_group(self, said: Said, likely: Answer) -> Found | None:
        """Offer the groups of villages whose name has a slip, where nothing else is likely."""
        refused = likely.code is MatchCode.REFUSED
        rows = self.parts.near_groups(said.parts) if refused else ()
        if not rows:
            return None
        lon, lat = (float(self.columns[name][rows[0]]) for name in ("lon", "lat"))
        code = MatchCode.FUZZY if len(rows) == 1 else MatchCode.TIED
        answer = Answer(
            code, rows[0], lon, lat, probability=CONTRADICTED / len(rows),
            radius_m=max(self.geocoder.gazetteer.accuracy_m, LEAST_RADIUS_M), accepted=False,
            alternatives=rows[1:], doubted=True, reasons=(Reason("VILLAGE_RESPELT", {}),),
        )  # fmt: skip
        return Found(answer)

    def _is_group_by_sound(self, said: Said, likely: Answer) -> bool:
        """Tell whether the group of a village is found by its pinyin: others may sound alike."""
        if likely.row is None or likely.code is MatchCode.REFUSED or not is_latin(said.text):
            return False
        return self.parts.rows[likely.row].group != NO_NUMBER

    def _open_phases(self, rows: Sequence[int], wanted: Parts) -> tuple[int, ...]:
        """Return the addresses of a compound of which no phase is named, but which has several.

        A building does not say which: the phases number theirs alike, and not all rows have any.
        """
        if not wanted.names or any(phases for _, phases in wanted.names):
            return ()
        names = {name for name, _ in wanted.names}
        if wanted.building and not wanted.doors:
            rows = self.parts.called(names, town=wanted.town)
        own = {
            phases for row in rows for name, phases in self.parts.rows[row].names if name in names
        }
        return tuple(rows) if len(own) > 1 else ()

    def _found(self, same: Same, wanted: Parts, likely: Answer) -> Found:
        """Put the addresses that are equal in all parts into an answer."""
        rows = np.array(same.rows)
        lon, lat = (self.columns[name][rows] for name in ("lon", "lat"))
        middle = _middle(lon, lat) if len(rows) > 1 else 0
        away = distances(lon, lat, lon[middle], lat[middle])
        radius = max(float(away.max()), self.geocoder.gazetteer.accuracy_m)
        near = away <= FAR_M
        row, others = int(rows[middle]), tuple(int(at) for at in rows[~near])
        if likely.doubted:
            reasons = (*_why(same, wanted, same.code), *likely.reasons[-1:])
            return Found(replace(likely, row=row, reasons=reasons))
        code = same.code
        whole = code is not MatchCode.VILLAGE
        if whole and others:
            code = MatchCode.TIED
        accept = self.geocoder.matching.accept
        phases = self._open_phases(same.rows, wanted)
        sure = whole and not others and not phases
        known = {self.parts.rows[at].names for at in phases}
        share = 1 / len(known) if phases else float(near.mean())
        why = (*_why(same, wanted, code), *([Reason("PART_OPEN", {})] if phases else []))
        answer = Answer(
            code, row, float(lon[middle]), float(lat[middle]),
            # equal in every part: no less sure than what is given without asking
            probability=max(likely.probability, accept) if sure else share,
            radius_m=radius, accepted=sure, alternatives=others, reasons=why,
        )  # fmt: skip
        return Found(answer, phases or same.rows)


def _middle(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> int:
    """Return which of some points lies in their midst."""
    return int(np.argmin(distances(lon, lat, np.median(lon), np.median(lat))))


def _to_choose(found: Found) -> Found:
    """Return what was found with all its addresses among those that may be meant."""
    answer = found.answer
    others = dict.fromkeys((*answer.alternatives, *found.rows))
    return Found(replace(answer, alternatives=tuple(at for at in others if at != answer.row)))


def _doubted(found: Found, reason: Reason) -> Found:
    """Return an answer that is given only when somebody has chosen it."""
    answer = found.answer
    return Found(replace(answer, accepted=False, doubted=True, reasons=(*answer.reasons, reason)))


def _refused(reason: Reason) -> Answer:
    return Answer(
        MatchCode.REFUSED, None, None, None, probability=0.0, radius_m=None, accepted=False,
        reasons=(reason,),
    )  # fmt: skip


def _why(same: Same, wanted: Parts, code: MatchCode) -> tuple[Reason, ...]:
    count = {"count": len(same.rows)}
    if code is MatchCode.TIED:
        return (Reason("study_geocode.SEVERAL", count),)
    if same.code is MatchCode.BUILDING:
        return (Reason("BUILDING", {"building": wanted.building}),)
    if same.code is MatchCode.VILLAGE:
        return (Reason("study_geocode.WHOLE_VILLAGE", count),)
    equal = "SAME_TEXT" if code is MatchCode.EXACT else "SAME_PARTS"
    return (Reason(f"study_geocode.{equal}", count),)


def distances(
    lon: NDArray[np.float64], lat: NDArray[np.float64], to_lon: float, to_lat: float
) -> NDArray[np.float64]:
    """Return metres from points to one point, all in degrees; for a few kilometres."""
    scale = np.cos(np.radians(to_lat))
    metres: NDArray[np.float64] = METRES * np.hypot((lon - to_lon) * scale, lat - to_lat)
    return metres


def divisions_of(
    addresses: pd.DataFrame, boundary: gpd.GeoDataFrame | None, *, study_name: str
) -> Divisions:
    """Collect the bureau's own divisions from its addresses and the layer of its boundaries.

    Parameters
    ----------
    addresses
        Their columns division and community.
    boundary
        name and level; None where there is none.
    study_name
        Says the county in many studies: 沙泉县（2027）.
    """
    named = parse(study_name)
    names: dict[Kind, set[str]] = {
        Kind.CITY: {named.first(Kind.CITY)},
        Kind.DISTRICT: {named.first(Kind.DISTRICT)},
        Kind.TOWN: set(addresses["division"]),
        Kind.COMMUNITY: set(addresses["community"]),
    }
    if boundary is not None:
        for name, level in zip(boundary["name"], boundary["level"], strict=True):
            names.setdefault(_LEVELS[str(level)], set()).add(str(name))
    committees = {
        name.removesuffix(level) + said: name
        for name in names[Kind.COMMUNITY]
        for level, endings in _COMMITTEES.items()
        if name.endswith(level)
        for said in (level + ending if level == "村" else ending for ending in endings)
    }
    return Divisions({kind: tuple(sorted(said - {""})) for kind, said in names.items()}, committees)


def words_of(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Return the words of rows, none missing."""
    said: list[dict[str, str]] = rows[list(WORDS)].fillna("").astype(str).to_dict(orient="records")
    return said


def texts_of(words: Sequence[dict[str, str]]) -> list[str]:
    """Return rows as the texts that somebody would write for them."""
    return [row_text(item, name=item["name"]) for item in words]


def question_of(words: dict[str, str], cutter: Cutter) -> tuple[str, str]:
    """Return name and address of a row as the geocoder takes them.

    A name that is no compound, such as a door or the group of a village, belongs to the address.
    """
    name = words["name"]
    where = words["division"] + words["community"] + words["road"] + words["number"]
    if not name or cutter.parts(name).names:
        return name, where
    return "", where if plain(name).text in plain(where).text else where + name


def build_places(
    addresses: pd.DataFrame,
    *,
    divisions: Divisions,
    roads: Iterable[str] = (),
    folder: Path,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write addresses that have a point so that they can be asked.

    Parameters
    ----------
    addresses
        address_id, `WORDS`, lon and lat.
    divisions
        Divisions of the area.
    roads
        Roads that are known besides those of the addresses.
    folder
        Where to.
    progress
        Told the share that is done.
    """
    words, cutter = words_of(addresses), Cutter(divisions)
    places = [
        Place(str(row.address_id), *question_of(said, cutter), row.lon, row.lat,
              aliases=aliases(said["alias"]))
        for row, said in zip(addresses.itertuples(index=False), words, strict=True)
    ]  # fmt: skip
    gazetteer = build_gazetteer(places, divisions=divisions, roads=roads, progress=progress)
    save_gazetteer(gazetteer, folder / GAZETTEER_FILE)
    table = addresses[["address_id", *WORDS, "lon", "lat"]].reset_index(drop=True)
    pd.DataFrame(table).to_parquet(folder / TABLE_FILE, index=False)
    rows = parts_of_rows(words, cutter)
    index = PartsIndex.of(rows, [ways_called(said) for said in words], divisions=divisions)
    write_parts(index, folder / PARTS_FILE)


def open_places(
    folder: Path,
    *,
    lines: Callable[[str], Sequence[shapely.Geometry]] | None = None,
    aliases: Aliases | None = None,
) -> Places:
    """Open what `build_places` wrote.

    Parameters
    ----------
    folder
        Where it is.
    lines
        Gives the lines of a road, WGS 84 degrees.
    aliases
        What officers have decided about texts; None for nothing.

    Raises
    ------
    StorageError
        It cannot be read.
    """
    gazetteer = open_gazetteer(folder / GAZETTEER_FILE)
    table = pd.read_parquet(folder / TABLE_FILE)
    former = folder / FORMER_PARTS_FILE
    kept = open_former_parts if former.is_file() else open_parts
    parts = kept(former if former.is_file() else folder / PARTS_FILE, divisions=gazetteer.divisions)
    geocoder = Geocoder(gazetteer, Streets(gazetteer, lines=lines))
    rows = AddressRows(table, WORDS)
    return Places(rows, parts, geocoder, aliases or Aliases(), open_map_names(folder))
