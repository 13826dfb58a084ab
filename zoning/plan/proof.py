"""The tables of a plan file that hold its proof: the prices from which the bound is recomputed.

They are no part of what a plan's id is made of: better prices prove more of the same plan.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# columns with their kinds, by table
PROOF_TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "proof": {"key": "object", "value": "object"},
        "proof_blocks": {"block_id": "object", "block_price_min": "float64"},
        "proof_seats": {
            "zone_id": "object",
            "year": "int64",
            "price_min": "float64",
            "kept": "int64",
            "short": "int64",
        },
        "proof_separators": {
            "zone_id": "object",
            "block_id": "object",
            "separator_price_min": "float64",
            "members": "object",
        },
    }
)


def proof_frames(proof: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return all tables of a proof as they are written; empty ones where there is no proof.

    Parameters
    ----------
    proof
        Frames by table, or nothing.
    """
    return {
        table: proof.get(table, pd.DataFrame(columns=list(kinds)))[list(kinds)].astype(dict(kinds))
        for table, kinds in PROOF_TABLES.items()
    }


def read_proof(file: Path) -> dict[str, pd.DataFrame]:
    """Read the proof of a plan file; empty where it has none, as files of earlier versions do.

    Parameters
    ----------
    file
        A plan file.
    """
    there = {name for name, _ in pyogrio.list_layers(file)}
    if not there.issuperset(PROOF_TABLES):
        return {}
    found = {name: pyogrio.read_dataframe(file, layer=name) for name in PROOF_TABLES}
    return found if len(found["proof"]) else {}
