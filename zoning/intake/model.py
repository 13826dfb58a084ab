"""What intake hands on: frames in the working CRS, the files they came from, and the findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.crs import System
    from zoning.findings import Finding


@dataclass(frozen=True)
class InputDigest:
    """One file that was read.

    Parameters
    ----------
    name
        Input of `study.toml` that asked for it first ("schools", "addresses" …).
    file
        Path inside `inputs/`, with "/" between folders.
    sha256
        Digest of its bytes, hexadecimal.
    size
        Bytes.
    """

    name: str
    file: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PointSource:
    """The coordinates of an input as they were written, before any conversion.

    Parameters
    ----------
    file, sheet
        Where they stand.
    system
        What they were declared to be, or what the file carries.
    declared
        Whether `study.toml` or a header said so, rather than the file itself.
    x, y
        Coordinates in that system (lon, lat for degrees), shape (n,).
    rows
        Row of each as the officer sees it, shape (n,).
    road
        Name of the road that each is said to be on; empty where none is given, shape (n,).
    refused
        Whether the layer as a whole was refused already.
    """

    file: str
    sheet: str
    system: System
    declared: bool
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    rows: NDArray[np.int64]
    road: NDArray[np.object_]
    refused: bool = False


@dataclass(frozen=True)
class Inputs:
    """Everything the later steps read; contracts in `zoning.schema`.

    Parameters
    ----------
    crs
        Working CRS of the study (metres); every geometry is in it.
    schools, gates, seats, demand
        Always given; `demand` has the column `address_id` or `block_id`.
    addresses, blocks
        At least one of them; an input that is not given is None.
    current_zones, boundary, decisions
        None where not given.
    sources
        Raw coordinates by input name, for `check_against_roads`.
    incomplete
        Inputs some of whose shapes were left out for a fault: nothing is held against them.
    """

    crs: CRS
    schools: GeoDataFrame
    gates: GeoDataFrame
    seats: pd.DataFrame
    demand: pd.DataFrame
    addresses: GeoDataFrame | None = None
    blocks: GeoDataFrame | None = None
    current_zones: GeoDataFrame | None = None
    boundary: GeoDataFrame | None = None
    decisions: pd.DataFrame | None = None
    sources: Mapping[str, PointSource] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Intake:
    """The outcome of reading a study's inputs.

    Parameters
    ----------
    inputs
        None as soon as one finding is an error.
    findings
        All of them, sorted by file, sheet, row and column.
    files
        The files that were read; a refused file is not among them.
    draft
        What could be read in spite of errors, rows in fault left out: only for further checks
        such as `check_against_roads`, never to draw a plan from. None where not even the places
        of schools and of addresses or blocks could be read.
    undeclared
        Coordinates of layers that were refused because nothing says their system; `system` of
        these is WGS 84 in name only.
    """

    inputs: Inputs | None
    findings: tuple[Finding, ...]
    files: tuple[InputDigest, ...]
    draft: Inputs | None = None
    undeclared: tuple[PointSource, ...] = ()
