"""How well addresses are read, against labels that people gave.

    python scripts/bench_parse.py DIR [--files dev.txt train.txt] [--worst N]

DIR holds texts of one token a line, "<token> <label>", labels B-/I- with their kind, an empty
line after each address. Told are micro F1 of whole spans (kind and both ends right), overall and
by kind, and addresses a second on one core. Their kinds are not ours; `OURS` says what becomes of
each.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.geocode.model import Kind
from zoning.geocode.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Span = tuple[str, int, int]

CROSSING = re.compile(r"与|和|口$|.*(?:交叉|交汇|交界|路口)")
PHASE = re.compile(
    r".*期|(?:[a-z]\d*|\d+|[一二三四五六七八九十]+|[东南西北中]{1,2})(?:区|苑|园)", re.IGNORECASE
)

# label: what it becomes, and why; None takes its spans out of the count, found or not
OURS: dict[str, Kind | Callable[[str], Kind] | None] = {
    "country": None,  # we have no kind for 中国
    "prov": Kind.PROVINCE,
    "city": Kind.CITY,
    "district": Kind.DISTRICT,  # and cities of county level: the same for us
    "devzone": Kind.DEVZONE,
    "town": Kind.TOWN,
    "community": Kind.COMMUNITY,
    # 3组 stands as a road there; a group of villagers is a kind of its own with us
    "road": lambda text: Kind.GROUP if re.search(r"[组队社]$", text) else Kind.ROAD,
    # a road after a road: by its suffix a lane, a stretch (东段, which says where) or a road
    "subroad": lambda text: (
        Kind.LANE if text[-1] in "弄巷" else Kind.NEAR if text[-1] == "段" else Kind.ROAD
    ),
    # 12弄 is a lane with us, wherever it stands
    "roadno": lambda text: Kind.LANE if text[-1] in "弄巷" else Kind.NUMBER,
    "subroadno": lambda text: Kind.LANE if text[-1] in "弄巷" else Kind.NUMBER,
    # 二期, A区, 东区 are phases; any other place within a place is a name as good as the first
    "poi": lambda text: Kind.PHASE if PHASE.fullmatch(text) else Kind.COMPOUND,
    "subpoi": lambda text: Kind.PHASE if PHASE.fullmatch(text) else Kind.COMPOUND,
    # 12号 is a door number with us, 12号楼, 12幢 and a bare 12 are buildings
    "houseno": lambda text: Kind.NUMBER if text.endswith("号") else Kind.BUILDING,
    "cellno": Kind.UNIT,
    "floorno": Kind.FLOOR,
    "roomno": Kind.ROOM,
    "person": None,  # names of people and firms behind a door: no part of a place
    "assist": lambda text: Kind.CROSSING if CROSSING.match(text) else Kind.NEAR,
    "redundant": Kind.OTHER,  # repeated, dashes, "call first": not counted, but what we
    "otherinfo": Kind.OTHER,  # read into it is counted as wrong
}


def read(file: Path) -> Iterator[list[tuple[str, str]]]:
    """Return the tokens and labels of each address."""
    now: list[tuple[str, str]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        token, _, label = line.rpartition(" ")
        if line.strip():
            now.append((token, label))
        elif now:
            yield now
            now = []
    if now:
        yield now


def spans(tokens: list[tuple[str, str]]) -> tuple[str, list[Span]]:
    """Return the text of an address and its spans with their labels."""
    text, found = "", list[Span]()
    for token, label in tokens:
        kind = label[2:].lower()
        begins = label.startswith("B") or not found or found[-1][0] != kind
        start = len(text)
        text += token
        if label == "O":
            found.append(("", start, len(text)))
        elif begins:
            found.append((kind, start, len(text)))
        else:
            found[-1] = (kind, found[-1][1], len(text))
    return text, [item for item in found if item[0]]


def ours(text: str, labelled: list[Span]) -> tuple[set[Span], list[tuple[int, int]]]:
    """Return their spans under our kinds, and the places that do not count."""
    counted, left_out = set(), []
    for label, start, end in labelled:
        kind = OURS[label]
        if callable(kind):
            kind = kind(text[start:end])
        if kind is None:
            left_out.append((start, end))
        elif kind is not Kind.OTHER:
            counted.add((str(kind), start, end))
    return counted, left_out


def f1(right: int, found: int, wanted: int) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * right / (found + wanted) if found + wanted else 0.0


def measure(file: Path, *, worst: int) -> None:
    """Print the table of one file, and some of what was read wrongly."""
    addresses = [spans(tokens) for tokens in read(file)]
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    whole = 0
    wrong = []
    for text, labelled in addresses:
        gold, left_out = ours(text, labelled)
        told = {
            (str(item.kind), item.start, item.end)
            for item in parse(text).components
            if item.kind not in {Kind.OTHER, Kind.BRACKET}
            and not any(item.start >= a and item.end <= b for a, b in left_out)
        }
        for counter, items in ((right, gold & told), (found, told), (wanted, gold)):
            counter.update(kind for kind, _, _ in items)
        whole += gold == told
        if gold != told:
            wrong.append((text, gold, told))
    print(f"{file.name}: {len(addresses):,} addresses")
    print("  kind         F1  precision  recall  wanted")
    for kind in [str(item) for item in Kind if wanted[item] or found[item]]:
        line(kind, right[kind], found[kind], wanted[kind])
    line("all", right.total(), found.total(), wanted.total())
    print(f"  whole addresses right: {whole / max(1, len(addresses)):.1%}")
    print(f"  addresses a second: {speed([text for text, _ in addresses]):,.0f}")
    for text, gold, told in wrong[:: max(1, len(wrong) // worst)] if worst else []:
        print(
            f"  {text}",
            f"theirs {shown(text, gold - told)}",
            f"ours   {shown(text, told - gold)}",
            sep="\n    ",
        )


def line(kind: str, right: int, found: int, wanted: int) -> None:
    """Print one row."""
    precision, recall = right / max(1, found), right / max(1, wanted)
    score = f1(right, found, wanted)
    print(f"  {kind:10}{score:6.1%}{precision:10.1%}{recall:8.1%}{wanted:8,}")


def shown(text: str, items: set[Span]) -> str:
    """Return spans as words."""
    return " ".join(
        f"{text[start:end]}/{kind}" for kind, start, end in sorted(items, key=lambda item: item[1])
    )


def speed(texts: list[str]) -> float:
    """Return addresses a second of processor time: the best of three rounds."""
    rounds = []
    for _ in range(3):
        began = time.process_time()
        for text in texts:
            parse(text)
        rounds.append(time.process_time() - began)
    return len(texts) / max(min(rounds), 1e-9)


def main() -> int:
    """Measure the files of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of labelled addresses")
    parser.add_argument("--files", nargs="+", default=["dev.txt", "train.txt"])
    parser.add_argument("--worst", type=int, default=0, help="so many wrong ones are shown")
    given = parser.parse_args()
    for name in given.files:
        measure(given.folder / name, worst=given.worst)
    return 0


if __name__ == "__main__":
    sys.exit(main())
