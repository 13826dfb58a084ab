"""What the bureau's files say: the truth with the small faults that such files have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from zoning.demo.segments import Floats

NOISE_M = 2.0
NOISE_MOST_M = 6.0
MISSING_ALIAS = 0.4
MISSPELT = 0.03
UNREGISTERED = 0.03
ELSEWHERE = 0.02
BUILDING_FORMS = (
    "{}栋",
    "{}栋",
    "{}栋",
    "{}号楼",
    "{}幢",
    "{}栋1单元",
    "{}栋2单元",
    "{}栋1单元101室",
)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
VARIANTS = (("花园", "花苑"), ("佳苑", "嘉苑"), ("雅居", "雅苑"), ("小区", ""), ("公馆", "公舘"))


def report_addresses(truth: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Write addresses as an office would: points a little off, names not always as they should be.

    Parameters
    ----------
    truth
        What `make_addresses` returned.
    rng
        Source of the faults.

    Returns
    -------
    address_id, name, division, community, road, number, alias, households, x, y (metres).
    """
    count = len(truth)
    name, number = truth["name"], truth["number"]
    form = rng.integers(0, len(BUILDING_FORMS), count)
    inside = (truth["building"] > 0).to_numpy()
    for k, pattern in enumerate(BUILDING_FORMS):
        before, after = pattern.split("{}")
        written = number + before + truth["building"].astype(str) + after
        number = number.mask(inside & (form == k), written)
    slip = rng.random(count)
    number = number.where(slip >= MISSPELT, number.str.replace("号", "", n=1))
    wide = (slip >= MISSPELT) & (slip < 2 * MISSPELT)
    number = number.where(~wide, number.str.translate(WIDE))
    wrong = (rng.random(count) < MISSPELT) & (truth["kind"] == "compound").to_numpy()
    other = name
    for good, bad in VARIANTS:
        other = other.str.replace(good, bad, regex=False)
    name = name.where(~wrong, other)
    alias = truth["alias"].where(rng.random(count) >= MISSING_ALIAS, "")
    moved = truth[["x", "y"]].to_numpy() + _noise(count, rng)
    columns = ["address_id", "division", "community", "road", "households"]
    said = truth[columns].assign(
        name=name, number=number, alias=alias, x=moved[:, 0], y=moved[:, 1]
    )
    order = ["address_id", "name", "division", "community", "road", "number", "alias", "households"]
    return said[[*order, "x", "y"]]


def _noise(count: int, rng: np.random.Generator) -> Floats:
    """Return [n, 2] metres, never longer than `NOISE_MOST_M`."""
    step = rng.normal(0, NOISE_M, (count, 2))
    length = np.hypot(*step.T)[:, None]
    return np.asarray(step * np.minimum(1, NOISE_MOST_M / np.maximum(length, 1e-9)))


def report_demand(children: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Count children as registered: some live there unregistered, some are registered only.

    Parameters
    ----------
    children
        address_id, stage and children_<year>: who really lives there.
    rng
        Source of the difference.
    """
    said = children[["address_id", "stage"]].copy()
    for column in (c for c in children if c.startswith("children_")):
        true = children[column].to_numpy()
        said[column] = rng.binomial(true, 1 - UNREGISTERED) + rng.poisson(ELSEWHERE * true)
    return said
