"""The bureau's own block layer made into an exact coverage, its gaps and overlaps told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.blocks.coverage import GRID_M, faces_of, merge_groups, node_lines, polygon_parts
from zoning.blocks.cut import spatial_order
from zoning.blocks.layer_findings import Gap, layer_findings
from zoning.blocks.ownership import (
    STREET_WIDTH_M,
    Faces,
    GapKind,
    dividing_lines,
    gap_kind,
    parts_of,
    settle_gaps,
    settle_overlaps,
)
from zoning.blocks.snapping import snapped_outlines
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.blocks.coverage import Geometries, Ints
    from zoning.findings import Finding

# Gaps and overlaps up to this come from drawing without snapping and hold nobody's home.
TOLERANCE_M2 = 10.0
# Without a boundary, openings of the rim up to this are slits of drawing.
SLIT_M = 1.0
# Where more than this share of the blocks stand alone, the layer was drawn along the kerbs.
_APART = 0.5


def settle_blocks(
    blocks: gpd.GeoDataFrame,
    *,
    area: Any | None,
    tolerance_m2: float = TOLERANCE_M2,
    file: str = "",
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Make a layer of blocks an exact coverage of the study area.

    Corners that nearly meet are brought together, and all outlines are noded. A face that one block
    covers is its own. An overlap goes to the block with the longest common edge, or to one that
    would vanish otherwise. A gap up to the tolerance, or a slit, joins the neighbour with the
    longest common edge; the space of streets that the layer leaves out is divided along its middle;
    any other gap becomes a block of its own. Whatever exceeds the tolerance is reported.

    Parameters
    ----------
    blocks
        block_id, geometry, any other columns; working CRS. Rows of one id are one block.
    area
        Polygon or multi-polygon; what lies outside is cut off. None takes what the layer encloses,
        slits that open to the outside included.
    tolerance_m2
        Gaps and overlaps up to this are drawing accuracy.
    file
        The input, for the findings.

    Returns
    -------
    tuple
        The coverage, sorted by block_id, with the columns of the layer; and the findings.

    Raises
    ------
    InputError
        No block has a surface inside the area.
    """
    rows = blocks.sort_values("block_id", kind="stable").drop_duplicates("block_id")
    ids = rows["block_id"].tolist()
    drawn = _drawn(blocks, ids)
    ground = _enclosed(drawn) if area is None else polygon_parts(area)
    faces = _faces(drawn, ground, extra=np.empty(0, dtype=object))
    gaps = {
        face: gap_kind(faces.polygons[face])
        for face in faces.gaps()
        if faces.polygons[face].area > tolerance_m2
    }
    final, owner, parts = _divide(faces, gaps, drawn, ground)
    kept = np.flatnonzero(np.array(final.inside, dtype=bool))
    if not any(final.claims[face] for face in kept.tolist()):
        raise InputError("blocks.NO_SURFACE")
    owners, group = np.unique(owner[kept], return_inverse=True)
    names = [*ids, *_gap_ids(int((owners >= len(ids)).sum()), taken=set(ids))]
    settled = _with_geometry(
        rows, [names[one] for one in owners], merge_groups(final.polygons[kept], group)
    )
    told = [
        Gap(
            polygon=faces.polygons[face],
            heirs=tuple(sorted({names[owner[part]] for part in parts[face]})),
            kind=kind,
        )
        for face, kind in gaps.items()
    ]
    lost = sorted(set(range(len(ids))) - set(owners.tolist()))
    return settled, layer_findings(
        faces, ids, gaps=told, lost=lost, tolerance_m2=tolerance_m2, file=file
    )


def _divide(
    faces: Faces, gaps: dict[int, GapKind], drawn: Geometries, ground: Any
) -> tuple[Faces, Ints, dict[int, list[int]]]:
    """Divide the space of streets and give every face its owner.

    Returns the faces after the division, their owners, and by gap the faces it was divided into.
    """
    streets = [face for face, kind in gaps.items() if kind is GapKind.STREET]
    dividing = dividing_lines(faces, settle_overlaps(faces, drawn), streets)
    final = _faces(drawn, ground, extra=dividing) if len(dividing) else faces
    parts = dict(zip(gaps, parts_of(final, faces.polygons[list(gaps)]), strict=True))
    places = {part for face in gaps if gaps[face] is GapKind.PLACE for part in parts[face]}
    owner = settle_gaps(final, settle_overlaps(final, drawn), places, first_new=len(drawn))
    return final, owner, parts


def _drawn(blocks: gpd.GeoDataFrame, ids: list[str]) -> Geometries:
    flat = shapely.force_2d(blocks.geometry.to_numpy())
    mended = shapely.make_valid(flat, method="structure", keep_collapsed=False)
    shapes = shapely.set_precision(mended, GRID_M)
    drawn = np.empty(len(ids), dtype=object)
    positions = blocks.groupby("block_id").indices
    for place, block_id in enumerate(ids):
        rows = positions[block_id]
        drawn[place] = shapes[rows[0]] if len(rows) == 1 else shapely.union_all(shapes[rows])
    return drawn


def _enclosed(drawn: Geometries) -> Any:
    """Return the ground of a layer, slits between its blocks and holes included."""
    union = shapely.union_all(drawn)
    ground = _closed(union, SLIT_M)
    if len(shapely.get_parts(ground)) > max(1, len(drawn) * _APART):
        ground = _closed(union, STREET_WIDTH_M)
    shells = [shapely.Polygon(part.exterior) for part in shapely.get_parts(ground)]
    return polygon_parts(shapely.union_all(shells))


def _closed(ground: Any, width_m: float) -> Any:
    """Fill what is narrower than a width; mitred, so that corners stay where they are."""
    wide = shapely.buffer(ground, width_m / 2, join_style="mitre")
    narrow = shapely.buffer(wide, -width_m / 2, join_style="mitre")
    return polygon_parts(shapely.union(narrow, ground))


def _faces(drawn: Geometries, ground: Any, *, extra: Geometries) -> Faces:
    outlines = np.append(snapped_outlines(drawn, ground), ground.boundary)
    polygons = faces_of(node_lines(np.concatenate([outlines, extra])))
    polygons = polygons[spatial_order(polygons)]
    places = shapely.point_on_surface(polygons)
    face, block = shapely.STRtree(drawn).query(places, predicate="intersects")
    claims: list[list[int]] = [[] for _ in polygons]
    for one, other in sorted(zip(face.tolist(), block.tolist(), strict=True)):
        claims[one].append(other)
    shapely.prepare(ground)
    return Faces(polygons, claims, shapely.contains(ground, places).tolist())


def _gap_ids(count: int, *, taken: set[str]) -> list[str]:
    ids: list[str] = []
    number = 0
    while len(ids) < count:
        number += 1
        candidate = f"GAP{number:04d}"
        if candidate not in taken:
            ids.append(candidate)
    return ids


def _with_geometry(
    rows: gpd.GeoDataFrame, names: list[str], geometry: Geometries
) -> gpd.GeoDataFrame:
    attributes = pd.DataFrame(rows.drop(columns=rows.geometry.name)).set_index("block_id")
    table = attributes.reindex(names).rename_axis("block_id").reset_index()
    if "name" in table:
        table["name"] = table["name"].astype(object).fillna("")
    settled = gpd.GeoDataFrame(table, geometry=geometry, crs=rows.crs)
    return settled.sort_values("block_id", ignore_index=True)
