"""How long look-ups take, one by one and many at a time, beside a scan with rapidfuzz."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from geocode_training.dice import Dice
from rapidfuzz import fuzz, process

from geocode_bench.demo import written
from geocode_bench.slips import SLIPS
from zoning.geocode.batch import answer_many
from zoning.geocode.gazetteer import Place, build_gazetteer, open_gazetteer
from zoning.geocode.match import Question, geocoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from zoning.geocode.match import Geocoder

SINGLE, BATCH, SCANNED = 2_000, 20_000, 60
CLEAN = 0.6


def speed_lines(
    addresses: pd.DataFrame, ask: Geocoder, file: Path, *, rng: np.random.Generator
) -> Iterator[str]:
    """Say how long look-ups take, one by one and many at a time, and a scan with rapidfuzz."""
    slips = [slip for name, slip in SLIPS.items() if name != "as written"]

    def some(count: int, *, clean: float) -> list[Question]:
        chosen = addresses.iloc[rng.integers(len(addresses), size=count)]
        out = []
        for row in chosen.rename(columns={"name": "name_"}).itertuples(index=False):
            text = written(row)
            if rng.random() >= clean:
                text = slips[int(rng.integers(len(slips)))](text, Dice(rng))
            out.append(Question("", text))
        return out

    single = some(SINGLE, clean=0.0)
    ask.answer(single[0])
    took = []
    for question in single:
        began = time.perf_counter()
        ask.answer(question)
        took.append(1_000 * (time.perf_counter() - began))
    p50, p99 = np.percentile(took, [50, 99])
    yield f"one look-up, every one with a slip, pinyin included: p50 {p50:.2f} ms, p99 {p99:.2f} ms"
    scan = _scan(addresses, single[:SCANNED])
    yield f"  a scan with rapidfuzz: {scan:.1f} ms, {scan / np.mean(took):.0f} times as long"
    batch = some(BATCH, clean=CLEAN)
    seconds = _batch(file, batch)
    rate = len(batch) / seconds
    yield f"batch, {CLEAN:.0%} as written, {os.cpu_count()} cores: {rate:,.0f} rows/s"


def _scan(addresses: pd.DataFrame, questions: list[Question]) -> float:
    texts = [
        f"{row.town}{row.road}{row.number}{row.name_}"
        for row in addresses.rename(columns={"name": "name_"}).itertuples(index=False)
    ]
    began = time.perf_counter()
    for question in questions:
        process.extractOne(question.address, texts, scorer=fuzz.ratio)
    return 1_000 * (time.perf_counter() - began) / len(questions)


def _batch(file: Path, questions: list[Question]) -> float:
    """Return the seconds of a batch as the command works it off."""
    ask = geocoder(open_gazetteer(file))
    ask.answer_all(questions[:100])
    began = time.perf_counter()
    answer_many(ask, questions, processes=os.cpu_count() or 1)
    return time.perf_counter() - began


def memory(file: Path) -> str:
    """Return what a process grows by when it opens the index and is asked a little."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        grown = pool.apply(_grown, (str(file),))
    return f"{grown:.0f} MiB more of its own"


def _grown(file: str) -> float:
    warm = geocoder(build_gazetteer([Place("1", "甲", "乙路1号", 100.0, 30.0)] * 3))
    warm.answer(Question("", "乙路2号"))
    before = _own()
    ask = geocoder(open_gazetteer(Path(file)))
    for number in range(200):
        ask.answer(Question("", f"人民路{number}号"))
    return _own() - before


def _own() -> float:
    """Return the memory that the process shares with no file, MiB."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
    return float(sizes["Anonymous"]) / 1024
