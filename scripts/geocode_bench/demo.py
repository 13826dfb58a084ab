"""Addresses of the demo asked with slips, and look-ups timed beside a scan with rapidfuzz."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from geocode_training.characters import chinese, full_width, traditional, typo
from geocode_training.dice import Dice
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from geocode_bench.judged import METRES_PER_DEGREE
from zoning.geocode.batch import answer_many
from zoning.geocode.gazetteer import Place, build_gazetteer, open_gazetteer, save_gazetteer
from zoning.geocode.match import Question, geocoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from zoning.geocode.match import Geocoder

ASKED, SINGLE, BATCH, SCANNED = 600, 2_000, 20_000, 60
CLEAN = 0.6
# as near as the next door
SAME_M = 30.0
NUMERALS = "零一二三四五六七八九十百千"


def read_demo(folder: Path) -> pd.DataFrame:
    """Return the demo's addresses: id, name, town, road, number, alias, lon, lat, and the truth's."""
    names = [
        "id",
        "name",
        "town",
        "community",
        "road",
        "number",
        "alias",
        "households",
        "lon",
        "lat",
    ]
    given = pd.read_csv(folder / "inputs" / "addresses.csv", dtype=str, encoding="utf-8-sig")
    given.columns = names
    truth = pd.read_csv(folder / "truth" / "addresses.csv", dtype=str, encoding="utf-8-sig")
    truth = truth.set_index("address_id").loc[given["id"]]
    given["kind"] = truth["kind"].to_numpy()
    given["names"] = truth["names"].to_numpy()
    given[["lon", "lat"]] = given[["lon", "lat"]].astype(float)
    return given.fillna("")


def places_of(addresses: pd.DataFrame) -> list[Place]:
    """Return the demo's addresses as a table of places."""
    return [
        Place(
            row.id, row.name_, f"{row.town}{row.road}{row.number}", row.lon, row.lat,
            aliases=tuple(part for part in row.alias.split("|") if part),
        )
        for row in addresses.rename(columns={"name": "name_"}).itertuples(index=False)
    ]  # fmt: skip


def _numerals(text: str, _dice: Dice) -> str:
    out, digits = "", ""
    for letter in text + " ":
        if letter.isdigit():
            digits += letter
            continue
        out += chinese(int(digits)) if digits else ""
        digits = ""
        out += letter
    return out.strip()


def _dropped_word(text: str, dice: Dice) -> str:
    """Leave out a character that is no figure: another number is another door."""
    places = [
        at for at, letter in enumerate(text) if letter not in NUMERALS and not letter.isdigit()
    ]
    if not places:
        return text
    at = places[dice.whole(0, len(places) - 1)]
    return text[:at] + text[at + 1 :]


SLIPS: dict[str, Callable[[str, Dice], str]] = {
    "as written": lambda text, _: text,
    "typo": lambda text, dice: typo(text, dice=dice),
    "dropped character": lambda text, dice: _dropped_word(text, dice),
    "traditional": lambda text, _: traditional(text),
    "full width": lambda text, _: full_width(text),
    "pinyin": lambda text, _: "".join(lazy_pinyin(text)),
    "numerals": _numerals,
}


def demo_lines(folder: Path, *, rng: np.random.Generator) -> Iterator[str]:
    """Go through what was measured on a demo, one line at a time.

    Parameters
    ----------
    folder
        Written by `zoning demo`.
    rng
        Chooses addresses and slips.
    """
    addresses = read_demo(folder)
    began = time.perf_counter()
    gazetteer = build_gazetteer(places_of(addresses))
    yield f"{len(addresses)} addresses, index built in {time.perf_counter() - began:.1f} s"
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "index"
        save_gazetteer(gazetteer, file)
        yield f"index {file.stat().st_size / 2**20:.0f} MiB, a worker that opens it: {_memory(file)}"
        ask = geocoder(open_gazetteer(file))
        yield from slip_lines(addresses, ask, rng=rng)
        yield from speed_lines(addresses, ask, file, rng=rng)


def _written(row: object, *, town: bool) -> str:
    """Return an address as people write it; a compound's building belongs to its number."""
    place = f"{row.town}" if town else ""  # type: ignore[attr-defined]
    street = f"{row.road}{row.number}"  # type: ignore[attr-defined]
    name = row.name_  # type: ignore[attr-defined]
    return f"{place}{street}" if name.startswith(street) or not name else f"{place}{street}{name}"


def slip_lines(
    addresses: pd.DataFrame, ask: Geocoder, *, rng: np.random.Generator
) -> Iterator[str]:
    """Say how many addresses are found again with each slip, and how many answers are wrong."""
    kinds = {
        **{name: (slip, True) for name, slip in SLIPS.items()},
        "no town": (SLIPS["as written"], False),
    }
    total: list[bool] = []
    for name, (slip, town) in kinds.items():
        chosen = addresses.iloc[
            rng.choice(len(addresses), min(ASKED, len(addresses)), replace=False)
        ]
        rows = list(chosen.rename(columns={"name": "name_"}).itertuples(index=False))
        questions = [Question("", slip(_written(row, town=town), Dice(rng))) for row in rows]
        found = _judge(ask, questions, rows)
        total += found[0]
        yield f"  {name}: {np.mean(found[0]):.1%}; accepted {np.mean(found[1]):.1%}, wrong of these {found[2]:.2%}"
    aliased = addresses[addresses["names"].str.count(r"\|") > 0]
    chosen = aliased.iloc[rng.choice(len(aliased), min(ASKED, len(aliased)), replace=False)]
    rows = list(chosen.rename(columns={"name": "name_"}).itertuples(index=False))
    questions = [
        Question(row.names.split("|")[int(rng.integers(1, row.names.count("|") + 1))], "")
        for row in rows
    ]
    found = _judge(ask, questions, rows)
    total += found[0]
    yield f"  another of its names: {np.mean(found[0]):.1%}; accepted {np.mean(found[1]):.1%}, wrong of these {found[2]:.2%}"
    yield f"with slips, all kinds: {np.mean(total):.1%}"


def _judge(
    ask: Geocoder, questions: list[Question], rows: list[Any]
) -> tuple[list[bool], list[bool], float]:
    """Judge answers: right within `SAME_M`, or about the same number of the same compound."""
    right, accepted = [], []
    for question, answer, row in zip(questions, ask.answer_all(questions), rows, strict=True):
        fine = False
        if answer.lon is not None and answer.lat is not None:
            east = (answer.lon - row.lon) * np.cos(np.radians(row.lat))
            away = METRES_PER_DEGREE * np.hypot(east, answer.lat - row.lat)
            # who names only the compound means all of its buildings
            named = ask.gazetteer.names.at(answer.row) if answer.row is not None else ""
            whole = row.kind == "compound" and not any(map(str.isdigit, question.name or "1"))
            fine = bool(away <= SAME_M) or (whole and named == row.name_)
        right.append(fine)
        accepted.append(answer.accepted)
    wrong = [not fine for fine, given in zip(right, accepted, strict=True) if given]
    return right, accepted, float(np.mean(wrong)) if wrong else 0.0


def speed_lines(
    addresses: pd.DataFrame, ask: Geocoder, file: Path, *, rng: np.random.Generator
) -> Iterator[str]:
    """Say how long look-ups take, one by one and many at a time, and a scan with rapidfuzz."""
    slips = [slip for name, slip in SLIPS.items() if name != "as written"]

    def some(count: int, *, clean: float) -> list[Question]:
        chosen = addresses.iloc[rng.integers(len(addresses), size=count)]
        out = []
        for row in chosen.rename(columns={"name": "name_"}).itertuples(index=False):
            text = _written(row, town=True)
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
    yield f"batch, {CLEAN:.0%} as written, {os.cpu_count()} cores: {len(batch) / seconds:,.0f} rows/s"


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


def _memory(file: Path) -> str:
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
