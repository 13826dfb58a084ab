"""How good and how fast the geocoder is: on lists of real compounds, and on an invented city.

    python scripts/bench_geocode.py [--data DIR] [--demo DIR] [--seed N] [--quick]

DIR of `--data` holds `table.csv` and `queries.csv` as `zoning geocode` reads them, and `truth.csv`
(id, lng_wgs84, lat_wgs84, answerable, exact_name_in_index): where the queried compounds are,
whether a row of about that name lies near, and whether one has that very name. The command itself
is run; only its result is judged (`geocode_bench/judged.py`). Where the table says which site a row
is from (`src`), rows of each site are asked of the others besides. DIR of `--demo` was written by
`zoning demo`: its addresses are asked with slips (`geocode_bench/found_again.py` says what is
right), and looked up for speed beside a scan of the same table with rapidfuzz, which `--quick`
leaves out.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from geocode_bench.demo import demo_lines
from geocode_bench.judged import judged_lines
from geocode_bench.left_out import SITE, left_out_lines

TABLE, QUERIES, RESULT = "table.csv", "queries.csv", "result.csv"


def run_command(folder: Path, out: Path) -> None:
    """Run `zoning geocode` on a folder."""
    command = [
        sys.executable, "-m", "zoning.cli", "geocode", "--table", str(folder / TABLE),
        "--queries", str(folder / QUERIES), "--out", str(out),
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def frame(file: Path) -> pd.DataFrame:
    """Read a table whose ids are texts."""
    kinds = {"id": str, "query_id": str, "table_id": str}
    return pd.read_csv(file, dtype=kinds, encoding="utf-8-sig", keep_default_na=True)


def run_on(table: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return what `zoning geocode` says to questions asked of a table."""
    with tempfile.TemporaryDirectory() as made:
        folder, out = Path(made), Path(made) / RESULT
        table.to_csv(folder / TABLE, index=False)
        asked.to_csv(folder / QUERIES, index=False)
        run_command(folder, out)
        return frame(out)


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with table.csv, queries.csv, truth.csv")
    parser.add_argument("--demo", type=Path, help="folder that `zoning demo` wrote")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="how well only, not how fast")
    given = parser.parse_args()
    if given.data is None and given.demo is None:
        parser.error("--data or --demo")
    if given.data is not None:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / RESULT
            run_command(given.data, out)
            for line in judged_lines(frame(out), frame(given.data / "truth.csv")):
                print(line)
        table = frame(given.data / TABLE)
        if SITE in table:
            for line in left_out_lines(table, run_on):
                print(line, flush=True)
    if given.demo is not None:
        for line in demo_lines(
            given.demo, rng=np.random.default_rng(given.seed), quick=given.quick
        ):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
