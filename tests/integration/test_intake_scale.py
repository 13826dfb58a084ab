"""A city's inputs: 200,000 addresses and 1.2 million numbers of children, in time and memory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from bureau import SCHOOLS, with_column, write_csv

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

ADDRESSES = 200_000
LIMIT_CPU_S = 15.0
LIMIT_BYTES = 1.5 * 2**30

PROGRAM = """
import resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from bureau import RULES, settings
from zoning.intake import read_inputs
chosen = settings(addresses={"file": "addresses.csv", "crs": "GCJ-02"})
study = chosen.study.model_copy(update={"years": (2027, 2028, 2029)})
start = time.process_time()
intake = read_inputs(Path(sys.argv[1]), chosen.model_copy(update={"study": study}), rules=RULES)
used = time.process_time() - start
assert intake.inputs is not None, intake.findings[:5]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(used, peak, len(intake.inputs.addresses), len(intake.inputs.demand))
"""


def test_a_city_is_read_in_time_and_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    ids = [f"D{at:06d}" for at in range(ADDRESSES)]
    addresses = {
        "地址编号": ids,
        "小区或村": "幸福小区",
        "道路": "延安路",
        "门牌号": [f"{at}号" for at in range(ADDRESSES)],
        "户数": rng.integers(1, 300, ADDRESSES),
        "经度": np.round(87.2 + rng.random(ADDRESSES) * 0.2, 6),
        "纬度": np.round(43.9 + rng.random(ADDRESSES) * 0.2, 6),
    }
    pd.DataFrame(addresses).to_csv(tmp_path / "addresses.csv", index=False)
    children = {
        f"{year}年适龄儿童": rng.integers(0, 4, 2 * ADDRESSES) for year in (2027, 2028, 2029)
    }
    demand = {"地址编号": np.repeat(ids, 2), "学段": ["小学", "初中"] * ADDRESSES}
    pd.DataFrame(demand | children).to_csv(tmp_path / "demand.csv", index=False)
    schools = with_column(with_column(SCHOOLS, "2028年学位", [9, 9]), "2029年学位", [9, 9])
    write_csv(tmp_path / "schools.csv", schools)

    here = __file__.rpartition("/integration")[0]
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), here]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seconds, peak, places, cells = (float(word) for word in done.stdout.split())
    assert (places, cells) == (ADDRESSES, 6 * ADDRESSES)
    assert seconds < LIMIT_CPU_S
    assert peak < LIMIT_BYTES
