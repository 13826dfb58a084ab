"""The map of a what-if: blocks coloured by how much longer or shorter the way to school becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pandas as pd
import shapely

from webmap.maps.background import draw_lines
from webmap.maps.facts import WITHHELD_BELOW, Texts
from webmap.maps.layers import (
    areas_layer,
    canvas_of,
    edge_group,
    line_group,
    school_signs,
    still_layer,
)
from webmap.maps.parts import LegendClass, LegendLine, attribution, legend_lines
from webmap.maps.simplify import light_coverage, merge_coverage, to_page
from zoning.plan.travel_change import touched_schools

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from webmap.maps.parts import MapParts
    from webmap.services.differences import Difference
    from webmap.services.surroundings import Surroundings

# ColorBrewer RdBu, six classes without the middle (Harrower and Brewer 2003): blue and red are told
# apart without seeing green, and the outer ones are the darker in print.
BOUNDS_MIN = (-5.0, -1.0, 0.0, 1.0, 5.0)
FILLS = ("#2166ac", "#67a9cf", "#d1e5f0", "#fddbc7", "#ef8a62", "#b2182b")
LOST, REGAINED, SAME = len(FILLS), len(FILLS) + 1, len(FILLS) + 2
OTHER_FILLS = ("#4d4d4d", "#5aae61", "#ffffff")
ALL_FILLS = (*FILLS, *OTHER_FILLS)
ROAD_STYLES = {
    "closed": {"color": "#111111", "weight": 5, "opacity": 0.95, "dashArray": "3 8"},
    "built": {"color": "#007a3d", "weight": 5, "opacity": 0.95},
}
TOLERANCE_M = 3.0
# So many rows a page bears; the workbook has all of them.
ROWS_SHOWN = 500
NOT_KNOWN = "—"
COUNTS = ("longer", "shorter", "newly_beyond")
WITHOUT = "newly_without"
# The sums of the page, counts of children first.
CHILDREN_SUMS = (*COUNTS, "no_longer_beyond", WITHOUT, "no_longer_without")
_SCRIPT_TEXTS = ("LAYERS", "WHOLE_MAP", "ZOOM_IN", "ZOOM_OUT", "NORTH", "NORTH_SIGN", "CLOSE")


@dataclass(frozen=True)
class SchoolRow:
    """One school of the table, as words: counts, child-minutes, nearest before and after."""

    name: str
    role: str
    counts: tuple[str, ...]
    minutes: str
    nearest: tuple[str, str]


@dataclass(frozen=True)
class BlockRow:
    """One changed block of the table: `number` is its place on the map."""

    number: int
    name: str
    schools: str
    before: str
    after: str
    change: str


@dataclass(frozen=True)
class DifferenceMap:
    """Everything that the page template shows.

    Parameters
    ----------
    difference
        What was read.
    parts
        What folium rendered.
    data
        What the page's own script reads.
    counts
        Names of the counts in the table of schools.
    schools, blocks
        Rows of the tables.
    more
        How many changed blocks are not in the table.
    classes, lines
        The legend.
    attribution
        Whose roads these are.
    """

    difference: Difference
    parts: MapParts
    data: dict[str, Any]
    counts: tuple[str, ...]
    schools: tuple[SchoolRow, ...]
    blocks: tuple[BlockRow, ...]
    more: int
    classes: tuple[LegendClass, ...]
    lines: tuple[LegendLine, ...]
    attribution: str


def build_difference_map(
    difference: Difference, around: Surroundings, *, language: str
) -> DifferenceMap:
    """Build the map of a what-if.

    Parameters
    ----------
    difference
        What was read.
    around
        Roads, lines and names of places, where the study has them.
    language
        Language of every text on it.
    """
    texts = Texts(language)
    frame = difference.blocks
    classes = block_classes(frame)
    light = light_coverage(frame.geometry, TOLERANCE_M)
    shapes = to_page(light)
    zones = merge_coverage(light, frame["zone_id"].astype(str).to_numpy())
    borders = shapely.line_merge(shapely.union_all(shapely.boundary(list(zones.values()))))
    lines, _ = draw_lines(around, crs=frame.crs, extent=frame.total_bounds)
    there = difference.schools[difference.schools["role"] != "left"]
    points = to_page(there.geometry)
    bounds = shapely.total_bounds(np.append(shapes, points))
    layers = {
        "blocks": _blocks(shapes, classes, texts),
        "lines": line_group(lines, texts),
        "edges": edge_group(to_page(light.__class__([borders], crs=frame.crs))[0]),
        "roads": _roads(difference, texts),
        "schools": school_signs(points, texts),
    }
    rows = _block_rows(difference, classes, texts)
    # nobody needs a column of noughts
    counts = (*COUNTS, WITHOUT) if difference.about["totals"][WITHOUT] else COUNTS
    owner = str(difference.about["study"])
    return DifferenceMap(
        difference=difference,
        parts=canvas_of(layers, bounds=bounds).parts(),
        data=_page_data(
            difference, there, classes, bounds=bounds,
            focus=_focus(difference, shapes, points, classes), texts=texts,
        ),
        counts=counts,
        schools=_school_rows(difference.schools, counts, texts),
        blocks=rows[:ROWS_SHOWN],
        more=max(len(rows) - ROWS_SHOWN, 0),
        classes=_legend(classes, texts),
        lines=legend_lines(lines, texts),
        attribution=attribution(around, owner, texts=texts),
    )  # fmt: skip


def block_classes(blocks: pd.DataFrame) -> NDArray[np.int64]:
    """Return the class of each block, a place in `ALL_FILLS`.

    Parameters
    ----------
    blocks
        minutes_before, minutes_after, minutes_change, changed.
    """
    change = blocks["minutes_change"].to_numpy(dtype=float)
    without = [blocks[f"minutes_{side}"].isna().to_numpy() for side in ("before", "after")]
    found = np.digitize(np.nan_to_num(change), BOUNDS_MIN)
    found = np.where(blocks["changed"].to_numpy(dtype=bool), found, SAME)
    found = np.where(without[1] & ~without[0], LOST, found)
    return np.where(without[0] & ~without[1], REGAINED, found).astype(np.int64)


def _blocks(shapes: NDArray[Any], classes: NDArray[np.int64], texts: Texts) -> folium.GeoJson:
    def style(number: int) -> dict[str, Any]:
        kind = int(classes[number])
        return {
            "fillColor": ALL_FILLS[kind],
            "fillOpacity": 0.25 if kind == SAME else 0.88,
            "color": "#8a8378",
            "weight": 0.6,
            "opacity": 0.6,
        }

    return areas_layer(shapes, texts("whatif.LAYER_BLOCKS"), style)


def _roads(difference: Difference, texts: Texts) -> folium.FeatureGroup:
    group = folium.FeatureGroup(
        name=texts("whatif.LAYER_ROADS"), control=bool(len(difference.roads))
    )
    for role, style in ROAD_STYLES.items():
        ours = difference.roads[difference.roads["role"] == role]
        for line in to_page(ours.geometry):
            group.add_child(still_layer(line, style))
    return group


def _legend(classes: NDArray[np.int64], texts: Texts) -> tuple[LegendClass, ...]:
    names = ("SHORTER_5", "SHORTER_1", "SHORTER_0", "LONGER_0", "LONGER_1", "LONGER_5")
    rows = [
        LegendClass(fill, texts(f"whatif.CLASS_{name}"))
        for fill, name in zip(FILLS, names, strict=True)
    ]
    further = ((LOST, "whatif.CLASS_LOST"), (REGAINED, "whatif.CLASS_REGAINED"))
    rows += [LegendClass(ALL_FILLS[kind], texts(key)) for kind, key in further if kind in classes]
    return (*rows, LegendClass(ALL_FILLS[SAME], texts("whatif.CLASS_SAME")))


def _minutes(value: float, *, signed: bool = False) -> str:
    if pd.isna(value):
        return NOT_KNOWN
    return f"{value:+.1f}" if signed else f"{value:.1f}"


def _block_rows(
    difference: Difference, classes: NDArray[np.int64], texts: Texts
) -> tuple[BlockRow, ...]:
    """Return the changed blocks, those without a way first, then by how much changes."""
    changed = np.flatnonzero(classes != SAME)
    size = difference.blocks["minutes_change"].abs().fillna(np.inf).to_numpy()
    rows = []
    for number in changed[np.lexsort((changed, -size[changed]))]:
        block = difference.blocks.iloc[number]
        rows.append(
            BlockRow(
                number=int(number),
                name=block["name"] or block["block_id"],
                schools=(block["schools"] or "").replace(";", texts("webmap.SEPARATOR")),
                before=_minutes(block["minutes_before"]),
                after=_minutes(block["minutes_after"]),
                change=_minutes(block["minutes_change"], signed=True),
            )
        )
    return tuple(rows)


def _count(value: float, texts: Texts) -> str:
    if 0 < value < WITHHELD_BELOW:
        return texts("webmap.UNDER", count=WITHHELD_BELOW)
    return f"{int(value):,}"


def _school_rows(
    schools: pd.DataFrame, counts: tuple[str, ...], texts: Texts
) -> tuple[SchoolRow, ...]:
    rows = []
    own = schools[~schools["role"].isin(["gate", "left"])]
    shown = touched_schools(own) | (own["role"] != "kept").to_numpy()
    for row in own[shown].to_dict("records"):
        few = 0 < row["longer"] + row["shorter"] < WITHHELD_BELOW
        rows.append(
            SchoolRow(
                name=str(row["name"]),
                role="" if row["role"] == "kept" else texts(f"whatif.ROLE_{row['role']}"),
                counts=tuple(_count(row[name], texts) for name in counts),
                minutes=NOT_KNOWN if few else _sum(row["minutes_change"]),
                nearest=(_count(row["nearest_before"], texts), _count(row["nearest_after"], texts)),
            )
        )
    return tuple(rows)


def _sum(value: float) -> str:
    """Return whole child-minutes with their sign; nothing has none."""
    whole = round(value)
    return f"{whole:+,}" if whole else "0"


def total_cells(totals: Mapping[str, Any], texts: Texts) -> list[tuple[str, str]]:
    """Return name and value of each sum that the page shows.

    Parameters
    ----------
    totals
        Sums of the what-if.
    texts
        The language.
    """
    rows = [(texts(f"whatif.TOTAL_{name}"), _count(totals[name], texts)) for name in CHILDREN_SUMS]
    few = 0 < totals["longer"] + totals["shorter"] < WITHHELD_BELOW
    minutes = NOT_KNOWN if few else _sum(totals["minutes_change"])
    rows.append((texts("whatif.TOTAL_minutes_change"), minutes))
    blocks = [
        (texts(f"whatif.TOTAL_{name}"), f"{totals[name]:,}")
        for name in ("blocks_changed", "blocks_nearest")
    ]
    nearest = _count(totals["children_nearest"], texts)
    return [*rows, *blocks, (texts("whatif.TOTAL_children_nearest"), nearest)]


def _focus(
    difference: Difference,
    shapes: NDArray[Any],
    points: NDArray[Any],
    classes: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the bounds of all that is other than before, NaN where nothing is."""
    roles = difference.schools.loc[difference.schools["role"] != "left", "role"]
    other = (shapes[classes != SAME], points[(roles != "kept").to_numpy()],
             to_page(difference.roads.geometry))  # fmt: skip
    return np.asarray(shapely.total_bounds(np.concatenate(other)))


def _corners(bounds: NDArray[np.float64]) -> list[list[float]]:
    """South-west and north-east, as Leaflet has them."""
    west, south, east, north = (float(value) for value in bounds)
    return [[south, west], [north, east]]


def _page_data(
    difference: Difference,
    schools: pd.DataFrame,
    classes: NDArray[np.int64],
    *,
    bounds: NDArray[np.float64],
    focus: NDArray[np.float64],
    texts: Texts,
) -> dict[str, Any]:
    said = [
        texts("whatif.BLOCK_SAID", before=_minutes(before), after=_minutes(after),
              change=_minutes(change, signed=True))
        for before, after, change in zip(
            *(difference.blocks[f"minutes_{name}"] for name in ("before", "after", "change")),
            strict=True,
        )
    ]  # fmt: skip
    names = difference.blocks["name"].where(
        difference.blocks["name"].fillna("") != "", difference.blocks["block_id"]
    )
    return {
        "texts": {key: texts(f"webmap.{key}") for key in _SCRIPT_TEXTS},
        "bounds": _corners(bounds),
        "focus": _corners(bounds if np.isnan(focus).any() else focus),
        "blocks": [
            [name, line, int(kind)] for name, line, kind in zip(names, said, classes, strict=True)
        ],
        "schools": [
            [row["name"], "" if row["role"] == "kept" else texts(f"whatif.ROLE_{row['role']}")]
            for row in schools[["name", "role"]].to_dict("records")
        ],
    }
