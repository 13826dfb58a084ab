"""Train the geocoder's matching model on invented cities alone, and write its file.

    python scripts/train_geocoder.py --out zoning/geocode/matching.json
        [--cities N] [--queries N] [--seed N] [--features MODULE:FUNCTION]

Candidates are found and compared by the product itself; FUNCTION does it in another way
(`geocode_training.training.Featuring`). One city in four is a bureau's own table, the others are
listed by several sources. The same arguments write the same bytes, with and without AVX-512.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from geocode_training.city import City, make_city
from geocode_training.settings import CitySettings, Style
from geocode_training.training import (
    Featuring,
    Labelled,
    fit,
    label,
    verbatim_rate,
    write_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BUREAU_EVERY = 4
# of a table; as many small ones as large ones
ROWS = (1200, 12000)
# what numpy and the libraries under it read when they are loaded: sums are made in one order, by
# what every processor of the last ten years can do, or the last digits depend on the machine
ONE_WAY = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
FEATURES = "geocode_training.featuring:find_candidates"


def cities(count: int, *, queries: int, seed: int) -> Iterator[City]:
    """Invent cities, each from a seed of its own."""
    for at in range(count):
        style: Style = "bureau" if at % BUREAU_EVERY == BUREAU_EVERY - 1 else "listings"
        rng = np.random.default_rng([seed, at])
        rows = round(math.exp(rng.uniform(*np.log(ROWS))))
        yield make_city(CitySettings(style=style, rows=rows, queries=queries), rng=rng)


def named(text: str) -> Featuring:
    """Return the function that `module:function` names."""
    module, _, function = text.partition(":")
    return cast("Featuring", getattr(import_module(module), function))


def train(
    featuring: Featuring, *, out: Path, count: int, queries: int, seed: int
) -> list[Labelled]:
    """Fit both heads, write the file, return what they were fitted on."""
    labelled = [label(city, featuring(city)) for city in cities(count, queries=queries, seed=seed)]
    features = labelled[0].found.features
    settings = {"cities": count, "queries": queries, "seed": seed}
    write_model(
        out,
        features=features,
        fitted=fit(labelled),
        verbatim=verbatim_rate(labelled),
        settings=settings,
    )
    return labelled


def in_one_way(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which all is computed alike, whatever the processors."""
    return {**environment, **ONE_WAY}


def main() -> int:
    """Train and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--features", default=FEATURES, help="module:function of the candidates")
    parser.add_argument("--out", type=Path, required=True, help="the model file")
    parser.add_argument("--cities", type=int, default=36, help="how many, at least 2")
    parser.add_argument("--queries", type=int, default=1000, help="of each city")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.cities < 2:
        parser.error("--cities: at least 2, for each is judged by the others")
    labelled = train(
        named(given.features),
        out=given.out,
        count=given.cities,
        queries=given.queries,
        seed=given.seed,
    )
    asked = sum(len(city.found.starts) - 1 for city in labelled)
    print(f"{given.out}: fitted on {asked} queries of {len(labelled)} invented cities")
    return 0


if __name__ == "__main__":
    wanted = in_one_way(os.environ)
    if wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.argv], wanted)  # noqa: S606
    sys.exit(main())
