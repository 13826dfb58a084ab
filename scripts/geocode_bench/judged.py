"""Results of `zoning geocode` against where the places are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

NEAR_M = 500.0
METRES_PER_DEGREE = 111_195.0
BINS = 10
ENOUGH = 100
# what the worst bin shall not exceed
BAR = 0.05
DRAWS = 2000


def away(result: pd.DataFrame, truth: pd.DataFrame) -> NDArray[np.float64]:
    """Return how far each answer lies from the truth, metres; infinite without a point."""
    lat = np.radians(truth["lat_wgs84"].to_numpy(float))
    east = (result["lng_wgs84"] - truth["lng_wgs84"]).to_numpy(float) * np.cos(lat)
    north = (result["lat_wgs84"] - truth["lat_wgs84"]).to_numpy(float)
    metres = METRES_PER_DEGREE * np.hypot(east, north)
    return np.where(np.isfinite(metres), metres, np.inf)


def judged_lines(result: pd.DataFrame, truth: pd.DataFrame) -> list[str]:
    """Return the figures, one a line.

    Parameters
    ----------
    result
        As `zoning geocode` writes it.
    truth
        id, lng_wgs84, lat_wgs84, answerable, exact_name_in_index.
    """
    truth = truth.set_index("id").loc[result["query_id"]].reset_index()
    right = away(result, truth) <= NEAR_M
    answerable = truth["answerable"].to_numpy(bool)
    hard = answerable & ~truth["exact_name_in_index"].to_numpy(bool)
    accepted = result["accepted"].astype(str).str.lower().to_numpy() == "true"
    refused = (result["match_code"] == "refused").to_numpy()
    probability = result["probability"].to_numpy(float)
    pointed = result["lng_wgs84"].notna().to_numpy()
    within = f"within {NEAR_M:.0f} m"
    share = f"{right[answerable].mean():.1%}"
    lines = [f"answers {within}, answerable ({answerable.sum()}): {share}"]
    lines.append(f"  no row of that very name ({hard.sum()}): {right[hard].mean():.1%}")
    share = f"{accepted[answerable].mean():.1%} of the answerable"
    lines.append(f"accepted ({accepted.sum()}): {right[accepted].mean():.1%} {within}, {share}")
    without, share = ~answerable, f"{refused[~answerable].mean():.1%} with the code refused"
    kept = f"{(~accepted[without]).mean():.1%} not accepted"
    lines.append(f"no true match ({without.sum()}): {kept}, {share}")
    lines += calibration_lines(probability[pointed], right[pointed])
    for code, rows in result.groupby("match_code"):
        these = rows.index.to_numpy()
        lines.append(
            f"  {code}: {len(these)}, {accepted[these].sum()} accepted,"
            f" {right[these].mean():.1%} within {NEAR_M:.0f} m"
        )
    return lines


def calibration_lines(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> list[str]:
    """Return said and found shares by tenth of the probability, and of about as many answers each.

    A tenth with fewer than `ENOUGH` answers is printed, and told apart from the worst: chance alone
    moves its share by more than the bar. What chance makes of each figure stands beside it.
    """
    tenth = np.minimum((probability * BINS).astype(int), BINS - 1)
    tenths = [np.flatnonzero(tenth == at) for at in np.unique(tenth)]
    many = [these for these in tenths if len(these) >= ENOUGH]
    equal = equally_many(probability)
    lines = []
    for name, bins in (
        ("worst of ten bins", tenths), (f"of those with {ENOUGH} answers", many),
        ("bins of equally many", equal),
    ):  # fmt: skip
        found = worst_gap(probability, right[None], bins)[0]
        alone = by_chance(probability, bins)
        lines.append(
            f"  {name}: {found:.3f}; if every probability were true"
            f" {alone.mean():.3f} ± {alone.std():.3f}, up to {BAR} in {(alone <= BAR).mean():.0%}"
        )
    for these in tenths:
        said, share = probability[these].mean(), right[these].mean()
        # what chance alone would make of so few
        chance = np.sqrt(said * (1 - said) / len(these))
        lines.append(f"  said {said:.2f}: right {share:.2f} ± {chance:.2f} ({len(these)})")
    return ["calibration: what is said from what is found", *lines]


def equally_many(probability: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Return the positions of the answers of ten bins, about as many in each.

    Answers of one probability stand in one bin, or chance would tell which of them are judged
    together; so there may be fewer bins.
    """
    order = np.argsort(probability, kind="stable")
    said = probability[order]
    first = [
        int(np.searchsorted(said, part[0])) for part in np.array_split(said, BINS) if len(part)
    ]
    return [part for part in np.split(order, first) if len(part)]


def worst_gap(
    probability: NDArray[np.float64], right: NDArray[np.bool_], bins: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Return how far the mean probability is from the share that is right, in the worst bin.

    Parameters
    ----------
    probability
        [n] of each answer.
    right
        [k, n]: whether it is right, k times.
    bins
        Positions of the answers of each bin.
    """
    gaps = [np.abs(right[:, these].mean(axis=1) - probability[these].mean()) for these in bins]
    return np.max(gaps, axis=0) if gaps else np.zeros(len(right))


def by_chance(
    probability: NDArray[np.float64], bins: Sequence[NDArray[np.int64]], *, draws: int = DRAWS
) -> NDArray[np.float64]:
    """Return the worst gaps of a geocoder whose every probability is true.

    Parameters
    ----------
    probability, bins
        As `worst_gap` takes them.
    draws
        How often the answers are drawn.
    """
    rng = np.random.default_rng(0)
    drawn = [
        worst_gap(probability, rng.random((1, len(probability))) < probability, bins)
        for _ in range(draws)
    ]
    return np.concatenate(drawn)
