"""Results of `zoning geocode` against where the places are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

NEAR_M = 500.0
METRES_PER_DEGREE = 111_195.0
BINS = 10
ENOUGH = 100


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
    """Return said and found shares by tenth of the probability, and of equally many answers.

    A tenth with fewer than `ENOUGH` answers is printed, and told apart from the worst: chance alone
    moves its share by more than the bar.
    """
    lines, worst, worst_of_many = [], 0.0, 0.0
    tenth = np.minimum((probability * BINS).astype(int), BINS - 1)
    for at in np.unique(tenth):
        these = tenth == at
        said, found = probability[these].mean(), right[these].mean()
        # what chance alone would make of so few
        chance = np.sqrt(said * (1 - said) / these.sum())
        worst = max(worst, abs(said - found))
        if these.sum() >= ENOUGH:
            worst_of_many = max(worst_of_many, abs(said - found))
        lines.append(f"  said {said:.2f}: right {found:.2f} ± {chance:.2f} ({these.sum()})")
    order = np.array_split(np.argsort(probability, kind="stable"), BINS)
    equal = max(abs(probability[part].mean() - right[part].mean()) for part in order if len(part))
    many = f"of those with {ENOUGH} answers {worst_of_many:.3f}"
    return [
        f"calibration: worst of ten bins {worst:.3f}, {many}; bins of equally many {equal:.3f}",
        *lines,
    ]
