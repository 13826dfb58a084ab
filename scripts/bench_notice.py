"""How long 50,000 opinions of one notice take: grouped, folded, chained and verified.

    python scripts/bench_notice.py [--opinions 50000] [--seed 1]

The opinions are invented: a third are copies of 40 texts with words changed, a third are put
together from the same stock of sentences, so that they have much in common without being the
same, and a third stand alone. Told are seconds of one core, and how well the groups meet the
copies: the share of pairs of copies of one text that are in one group, and of pairs in one group
that are copies of one text.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from zoning.notice.acts import ReceiveOpinion
from zoning.notice.canonical import digest_of
from zoning.notice.case import Case, Event, Facts
from zoning.notice.fold import apply
from zoning.notice.grouping import Said, grouped
from zoning.notice.log import chain, exported
from zoning.notice.masking import masked
from zoning.notice.model import Channel, Kind, Role, Stance, State
from zoning.notice.opinions import counted_by
from zoning.notice.verify import read_lines, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 2500)]
CAMPAIGNS = 40
LOST = 0.03  # letters that a copy has otherwise
ALONE = -1


def sentences(rng: random.Random, count: int) -> list[str]:
    """Return invented sentences of 8 to 30 letters."""
    return ["".join(rng.choices(LETTERS, k=rng.randint(8, 30))) for _ in range(count)]


def opinions_of(rng: random.Random, count: int) -> list[tuple[str, int]]:
    """Return texts, each with the number of the text that it is a copy of."""
    stock = sentences(rng, 300)
    campaigns = ["，".join(rng.sample(stock, 4)) for _ in range(CAMPAIGNS)]
    out = []
    for at in range(count):
        kind = at % 3
        if kind == 0:
            which = rng.randrange(CAMPAIGNS)
            text = "".join(
                rng.choice(LETTERS) if rng.random() < LOST else letter
                for letter in campaigns[which]
            )
            out.append((text, which))
        elif kind == 1:
            out.append(("，".join(rng.sample(stock, 5)), ALONE))
        else:
            out.append(("，".join(sentences(rng, 4)), ALONE))
    return out


def timed(what: str, work: Callable[[], T]) -> T:
    """Do some work and tell how long it took."""
    began = time.process_time()
    result = work()
    print(f"{what:<28}{time.process_time() - began:8.2f} s")
    return result


def pairs(count: int) -> int:
    """Return how many pairs so many things make."""
    return count * (count - 1) // 2


def quality(groups: tuple[tuple[int, ...], ...], origin: list[int]) -> tuple[float, float]:
    """Return the share of pairs of copies in one group, and of pairs in groups that are copies."""
    copies = sum(pairs(count) for which, count in Counter(origin).items() if which != ALONE)
    together = right = 0
    for group in groups:
        together += pairs(len(group))
        met = Counter(origin[number - 1] for number in group)
        right += sum(pairs(count) for which, count in met.items() if which != ALONE)
    return right / max(copies, 1), right / max(together, 1)


def events_of(count: int) -> list[Event]:
    """Return events of opinions, 1,000 devices, 200 places."""
    start = datetime(2026, 5, 26, tzinfo=UTC)
    kinds = list(Kind)
    return [
        Event(
            ReceiveOpinion(
                sealed=digest_of(["sealed", number]),
                participant=digest_of(["device", number % 1000]),
                place=f"小区{number % 200}",
                kind=kinds[number % len(kinds)],
                stance=Stance.AGAINST,
                channel=Channel.ONLINE,
                length=60,
            ),
            start + timedelta(seconds=number),
            "public",
            Role.PUBLIC,
            Facts(number=number + 1),
        )
        for number in range(count)
    ]


def folded(case: Case, events: list[Event]) -> Case:
    """Return the case after events."""
    for event in events:
        case = apply(case, event)
    return case


def main(words: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--opinions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    rng = random.Random(given.seed)  # noqa: S311 - the same every time, not secret
    texts = opinions_of(rng, given.opinions)
    said = [Said(at, text, "against") for at, (text, _) in enumerate(texts, start=1)]
    groups = timed("grouped", lambda: grouped(said))
    recall, precision = quality(groups, [which for _, which in texts])
    print(
        f"{len(groups)} groups; copies together {recall:.3f}, together and copies {precision:.3f}"
    )
    timed("masked", lambda: [masked(text) for text, _ in texts])
    events = events_of(given.opinions)
    case = timed("folded", lambda: folded(replace(Case(), state=State.RUNNING), events))
    timed("counted by reason and place", lambda: counted_by(case.opinions, groups))
    log = timed("chained and exported", lambda: exported(chain(events, log="c")))
    verdict = timed("verified", lambda: verify(read_lines(log)))
    print(f"{verdict.events} events, {len(log) / 1e6:.1f} MB, fault: {verdict.fault}")


if __name__ == "__main__":
    main(sys.argv[1:])
