"""Coordinate systems: what a bureau may declare, and the one metric system a study works in.

CGCS2000 and WGS 84 are treated as one: they differ by centimetres, and no parameters between
them are published. GCJ-02 and BD-09 have no EPSG code; they are shifts of WGS 84 that are
defined inside China only, and are undone here by iteration.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from zoning.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    XY = tuple[Floats, Floats]

LONLAT = CRS.from_epsg(4326)
"""WGS 84, degrees: the hub that every conversion passes through."""

# Krasovsky 1940: semi-major axis in metres, and eccentricity squared, as GCJ-02 uses them.
_KRASOVSKY_A = 6378245.0
_KRASOVSKY_E2 = 0.006693421622965943
_BD_ANGLE = np.pi * 3000.0 / 180.0
_ROUNDS = 12

# First zone and first central meridian of the CGCS2000 Gauss-Krueger families (EPSG registry):
# with the zone number before the easting, and without it.
_GK_ZONE = {3: (25, 45, 4513), 6: (13, 23, 4491)}
_GK_MERIDIAN = {3: (75, 135, 4534), 6: (75, 135, 4502)}

# Coarse outline (degrees), drawn by hand for this project and widened by half a degree: it only
# decides which projection suits and where the shifts are defined, and is no map of a border.
_CHINA = (
    *((73.5, 39.4), (75.5, 40.6), (78.0, 41.3), (80.2, 42.1), (80.4, 44.2), (82.5, 45.3)),
    *((83.0, 47.1), (85.6, 47.3), (85.8, 48.4), (87.4, 49.2), (90.0, 47.9), (91.0, 45.3)),
    *((95.4, 44.3), (96.4, 42.8), (100.0, 42.7), (105.0, 41.7), (107.5, 42.4), (110.0, 42.7)),
    *((111.9, 43.7), (112.0, 45.0), (114.0, 44.9), (116.2, 46.3), (115.6, 47.8), (116.0, 49.0)),
    *((116.7, 49.9), (119.3, 50.2), (120.0, 51.6), (120.9, 53.2), (123.5, 53.6), (125.6, 53.1)),
    *((127.4, 50.3), (127.6, 49.8), (129.5, 49.4), (130.9, 48.9), (131.0, 47.8), (132.5, 47.8)),
    *((134.7, 48.4), (134.8, 47.7), (134.0, 46.6), (133.1, 45.1), (131.3, 44.8), (131.3, 43.5)),
    *((131.1, 42.9), (130.6, 42.4), (129.9, 43.0), (129.0, 42.1), (128.2, 41.4), (126.9, 41.7)),
    *((126.2, 41.1), (124.4, 40.1), (124.2, 39.6), (122.5, 38.5), (123.0, 37.0), (123.0, 31.0)),
    *((123.5, 29.0), (124.5, 25.8), (122.5, 23.0), (121.5, 21.5), (119.0, 17.0), (118.5, 11.0)),
    *((115.5, 7.5), (112.0, 3.5), (109.5, 6.0), (109.7, 11.0), (110.3, 15.5), (108.3, 17.7)),
    *((107.6, 20.3), (107.9, 21.5), (106.7, 22.0), (106.6, 22.9), (105.3, 23.3), (104.0, 22.5)),
    *((102.5, 22.7), (101.8, 22.4), (101.7, 21.2), (100.2, 21.4), (99.2, 22.1), (98.9, 23.2)),
    *((97.8, 23.9), (97.5, 24.7), (98.6, 26.0), (98.3, 27.6), (97.3, 28.1), (95.5, 27.8)),
    *((93.8, 26.9), (92.0, 26.8), (91.7, 27.6), (90.5, 28.1), (88.9, 27.4), (88.7, 27.9)),
    *((86.0, 27.9), (84.0, 28.8), (82.0, 30.1), (81.0, 30.2), (79.0, 31.5), (78.7, 32.5)),
    *((78.4, 34.5), (77.8, 35.5), (76.0, 36.0), (74.8, 37.2)),
)
_CHINA_MARGIN_DEG = 0.5


class Shift(StrEnum):
    """Whether coordinates were shifted, and how."""

    NONE = "none"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True)
class System:
    """What the coordinates of a layer mean.

    Parameters
    ----------
    name
        As an officer writes it: "EPSG:4549", "GCJ-02" …
    crs
        The coordinate system; WGS 84 for shifted coordinates.
    shift
        The shift to undo first.
    """

    name: str
    crs: CRS
    shift: Shift = Shift.NONE

    @cached_property
    def to_degrees(self) -> Transformer:
        """What turns coordinates into WGS 84 degrees, any shift aside."""
        # to look it up by the systems would write both of them out, each time
        return _transformer(self.crs, LONLAT)

    @cached_property
    def of_degrees(self) -> Transformer:
        """What turns WGS 84 degrees into coordinates, any shift aside."""
        return _transformer(LONLAT, self.crs)

    @property
    def degrees(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return bool(self.crs.is_geographic)

    @property
    def old_datum(self) -> str:
        """Name of a datum that has no exact, public way to CGCS2000; empty for none."""
        geodetic = self.crs.geodetic_crs
        name = geodetic.name if geodetic is not None else ""
        known = {"beijing": "Beijing 1954", "xian": "Xi'an 1980"}
        return next((full for part, full in known.items() if part in name.lower()), "")


WGS84 = System("WGS 84", LONLAT)
CGCS2000 = System("CGCS2000", CRS.from_epsg(4490))
GCJ02 = System("GCJ-02", LONLAT, Shift.GCJ02)
BD09 = System("BD-09", LONLAT, Shift.BD09)

_NAMES = {
    "wgs84": WGS84,
    "gps": WGS84,
    "cgcs2000": CGCS2000,
    "国家2000": CGCS2000,
    "2000国家大地坐标系": CGCS2000,
    "国家大地坐标系2000": CGCS2000,
    "大地2000": CGCS2000,
    "gcj02": GCJ02,
    "gcj": GCJ02,
    "火星坐标": GCJ02,
    "火星": GCJ02,
    "高德": GCJ02,
    "腾讯": GCJ02,
    "amap": GCJ02,
    "bd09": BD09,
    "bd09ll": BD09,
    "百度": BD09,
    "baidu": BD09,
}


def _squeeze(words: str) -> str:
    """Return text for comparison: half-width, small letters, no blanks or punctuation."""
    half = unicodedata.normalize("NFKC", words).casefold()
    return "".join(sign for sign in half if sign.isalnum())


def named_system(name: str) -> System | None:
    """Return the system of a name such as "WGS84", "GCJ-02" or 百度; None for any other text."""
    squeezed = _squeeze(name)
    return _NAMES.get(squeezed) or _NAMES.get(squeezed.removesuffix("坐标系"))


def _gauss_krueger(words: str) -> int | None:
    squeezed = _squeeze(words)
    if not any(mark in squeezed for mark in ("cgcs2000", "国家2000", "大地2000", "2000国家")):
        return None
    rest = re.sub(r"2000", "", squeezed, count=1)
    width = re.search(r"(?<!\d)([36])(?:degree|deg|度|°)", rest)
    # The squeezed text has lost the degree sign of 114°; the letter or the end stands for it.
    meridian = re.search(r"(?:cm|子午线|central|meridian)\D{0,12}(\d{2,3})|(\d{2,3})e", rest)
    zone = re.search(r"(?:zone|带号|第)(\d{2})", rest)
    if width is None:
        return None
    degrees = int(width.group(1))
    if meridian:
        first, last, code = _GK_MERIDIAN[degrees]
        angle = int(meridian.group(1) or meridian.group(2))
        fits = first <= angle <= last and (angle - first) % degrees == 0
        return code + (angle - first) // degrees if fits else None
    if zone:
        low, high, code = _GK_ZONE[degrees]
        number = int(zone.group(1))
        return code + number - low if low <= number <= high else None
    return None


@lru_cache(maxsize=256)
def understand(declared: str) -> System:
    """Return the system that a declaration names.

    Parameters
    ----------
    declared
        "EPSG:4549" or "4549"; "CGCS2000", "WGS 84", "GCJ-02", "BD-09" in any spelling; or a
        Gauss-Krueger zone such as "CGCS2000 3-degree zone 38" or "CGCS2000 3度带 中央子午线114".

    Raises
    ------
    SettingsError
        No system has that name (`crs.UNKNOWN`).
    """
    named = named_system(declared)
    if named is not None:
        return named
    code = re.fullmatch(r"(?:epsg)?(\d{4,6})", _squeeze(declared))
    number = int(code.group(1)) if code else _gauss_krueger(declared)
    try:
        if number is not None:
            return System(f"EPSG:{number}", CRS.from_epsg(number))
        if declared.strip():
            return system_of(CRS.from_user_input(declared.strip()))
    except CRSError as error:
        raise SettingsError("crs.UNKNOWN", declared=declared) from error
    raise SettingsError("crs.UNKNOWN", declared=declared)


def system_of(crs: CRS) -> System:
    """Return the system of a layer that carries its CRS, under a name an officer can look up."""
    authority = crs.to_authority(min_confidence=70)
    name = ":".join(authority) if authority else str(crs.name)
    return System("WGS 84" if name in {"EPSG:4326", "OGC:CRS84"} else name, crs)


def gauss_krueger_systems() -> tuple[System, ...]:
    """Return every CGCS2000 Gauss-Krueger zone (3 and 6 degrees, with and without zone number)."""
    families = [*_GK_MERIDIAN.items(), *_GK_ZONE.items()]
    codes: list[int] = []
    for degrees, (first, last, start) in families:
        step = degrees if first == 75 else 1
        codes += range(start, start + (last - first) // step + 1)
    return tuple(System(f"EPSG:{code}", CRS.from_epsg(code)) for code in codes)


@lru_cache(maxsize=1)
def _china() -> Any:
    outline = shapely.Polygon(_CHINA).buffer(_CHINA_MARGIN_DEG)
    shapely.prepare(outline)
    return outline


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which points lie in China, half a degree of margin included.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84 or any shift of it, shape (n,).
    """
    inside = shapely.contains_xy(_china(), np.asarray(lon, float), np.asarray(lat, float))
    return np.asarray(inside, dtype=bool)


def _gcj_offset(lon: Floats, lat: Floats) -> XY:
    """Return the GCJ-02 shift in degrees at WGS 84 points (published reverse engineering)."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))

    def wave(angle: Floats, *terms: tuple[float, float]) -> Floats:
        total = np.zeros_like(angle)
        for amplitude, frequency in terms:
            total += amplitude * np.sin(angle * frequency * np.pi)
        return total * 2.0 / 3.0

    common = wave(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += wave(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += wave(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))

    sine = np.sin(np.radians(lat))
    curve = 1.0 - _KRASOVSKY_E2 * sine * sine
    meridian = _KRASOVSKY_A * (1.0 - _KRASOVSKY_E2) / (curve * np.sqrt(curve))
    parallel = _KRASOVSKY_A / np.sqrt(curve) * np.cos(np.radians(lat))
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _gcj_forward(lon: Floats, lat: Floats) -> XY:
    east, north = _gcj_offset(lon, lat)
    return lon + east, lat + north


def _bd_forward(lon: Floats, lat: Floats) -> XY:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_ANGLE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _undo(forward: Callable[[Floats, Floats], XY], lon: Floats, lat: Floats) -> XY:
    """Invert a shift by fixed-point iteration: it changes slowly, so a few rounds suffice."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + lon - there_lon, guess_lat + lat - there_lat
    return guess_lon, guess_lat


def _inside_only(lon: ArrayLike, lat: ArrayLike) -> XY:
    x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    inside = in_china(x, y)
    return np.where(inside, x, np.nan), np.where(inside, y, np.nan)


def shift(lon: ArrayLike, lat: ArrayLike, *, to: Shift) -> XY:
    """Shift WGS 84 points to GCJ-02 or BD-09.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84, shape (n,).
    to
        The shift; `Shift.NONE` changes nothing.

    Returns
    -------
    Degrees, shape (n,) each; NaN outside China, where the shifts are not defined.
    """
    if to is Shift.NONE:
        return np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    there = _gcj_forward(*_inside_only(lon, lat))
    return _bd_forward(*there) if to is Shift.BD09 else there


def unshift(lon: ArrayLike, lat: ArrayLike, *, of: Shift) -> XY:
    """Return WGS 84 points of GCJ-02 or BD-09 points; shapes and NaN as in `shift`."""
    if of is Shift.NONE:
        return np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    x, y = _inside_only(lon, lat)
    if of is Shift.BD09:
        x, y = _undo(_bd_forward, x, y)
    return _undo(_gcj_forward, x, y)


def working_crs(lon: float, lat: float) -> CRS:
    """Return the metric system that suits a place.

    In China the CGCS2000 3-degree Gauss-Krueger zone without zone number (EPSG:4534 to 4554,
    GB/T 22022 practice: 3-degree zones for scales of 1:10,000 and larger), elsewhere UTM.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84.

    Raises
    ------
    SettingsError
        The place is not on Earth (`crs.NO_PLACE`).
    """
    if not (abs(lon) <= 180.0 and abs(lat) <= 84.0):
        raise SettingsError("crs.NO_PLACE", lon=f"{lon:.4f}", lat=f"{lat:.4f}")
    if in_china(lon, lat):
        first, last, code = _GK_MERIDIAN[3]
        meridian = min(max(3 * round(lon / 3.0), first), last)
        return CRS.from_epsg(code + (meridian - first) // 3)
    zone = min(int((lon + 180.0) // 6.0) + 1, 60)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def choose_crs(setting: str, *, lon: float, lat: float) -> CRS:
    """Return the working system of a study.

    Parameters
    ----------
    setting
        `study.crs`: "auto", or a declaration of a metric system.
    lon, lat
        A point amid the study, degrees, WGS 84; used for "auto".

    Raises
    ------
    SettingsError
        The system is unknown (`crs.UNKNOWN`) or not metric (`crs.NOT_METRIC`).
    """
    if setting.strip().lower() == "auto":
        return working_crs(lon, lat)
    system = understand(setting)
    metric = system.crs.is_projected and all(
        axis.unit_conversion_factor == 1.0 for axis in system.crs.axis_info[:2]
    )
    if not metric:
        raise SettingsError("crs.NOT_METRIC", declared=setting)
    return system.crs


@lru_cache(maxsize=512)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_lonlat(x: ArrayLike, y: ArrayLike, *, source: System) -> XY:
    """Return WGS 84 degrees of points of any system; not finite where that is not defined."""
    east, north = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
    if source.shift is not Shift.NONE:
        return unshift(east, north, of=source.shift)
    lon, lat = source.to_degrees.transform(east, north)
    return np.asarray(lon, float), np.asarray(lat, float)


def from_lonlat(lon: ArrayLike, lat: ArrayLike, *, target: System) -> XY:
    """Return WGS 84 points in any system: the way back of `to_lonlat`."""
    if target.shift is not Shift.NONE:
        return shift(lon, lat, to=target.shift)
    east, north = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    x, y = target.of_degrees.transform(east, north)
    return np.asarray(x, float), np.asarray(y, float)


def convert(x: ArrayLike, y: ArrayLike, *, source: System, target: CRS) -> XY:
    """Return points of any system in another CRS; not finite where that is not defined.

    Parameters
    ----------
    x, y
        Easting and northing, or longitude and latitude; shape (n,).
    """
    lon, lat = to_lonlat(x, y, source=source)
    return from_lonlat(lon, lat, target=System("", target))


def to_working(frame: GeoDataFrame, source: System, *, crs: CRS) -> GeoDataFrame:
    """Return a copy of a frame with its geometry in the working CRS.

    Parameters
    ----------
    frame
        Any geometry; its own `crs` is not looked at, `source` says what the numbers mean.
    source
        The system of the coordinates.
    crs
        The working CRS. Vertices that the source system is not defined for become not finite.
    """

    def move(points: Floats) -> Floats:
        return np.column_stack(convert(points[:, 0], points[:, 1], source=source, target=crs))

    geometry = shapely.transform(np.asarray(frame.geometry.array), move)
    return frame.set_geometry(type(frame.geometry)(geometry, index=frame.index, crs=crs))
