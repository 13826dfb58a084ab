"""What is asked of one server: how fast, how even, how long, and what it costs in memory."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from web_bench.figures import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web_bench.client import Client, Measured
    from web_bench.serving import Server

MIB = 2**20
FULL_SPEED_S = 3.0
LOOKUP, MIXED, API = "look-up as the list has it", "look-ups, mixed", "API, mixed"
SLIPPED, NOWHERE = "look-up with a slip", "look-up of what is nowhere"
# what was written ahead for them is in memory, whatever the machine makes of files
FEW = 500
AGAIN = f"look-up of the same {FEW} addresses"
EMPTY_FORM, EMPTY_GET = "empty route, the same form", "empty route, GET"


@dataclass
class Rounds:
    """Rates and processor time of each kind of request, one a round.

    Parameters
    ----------
    rates
        Right answers a second.
    costs
        Processor seconds of the workers for one answer.
    sizes
        Mean bytes of an answer.
    errors
        Answers that were none.
    """

    rates: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, list[float]] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    errors: int = 0

    def ratio(self, kind: str, other: str) -> float:
        """Return the median over the rounds of one rate over another."""
        pairs = zip(self.rates[kind], self.rates[other], strict=True)
        return statistics.median(one / two for one, two in pairs)

    def rate(self, kind: str) -> float:
        """Return the median rate."""
        return statistics.median(self.rates[kind])

    def cost_ms(self, kind: str) -> float:
        """Return the median processor time, milliseconds."""
        return 1000 * statistics.median(self.costs[kind])


def in_rounds(
    server: Server, clients: Mapping[str, Client], *, rounds: int, seconds: float
) -> Rounds:
    """Ask each kind at full speed in turn, several times round.

    Parameters
    ----------
    server
        The server.
    clients
        A client for each kind.
    rounds, seconds
        How often, and how long each time.
    """
    found = Rounds()
    for _ in range(rounds):
        for kind, client in clients.items():
            before = server.cpu_s()
            run = client.full_speed(seconds=seconds)
            cost = (server.cpu_s() - before) / max(1, run.answers)
            found.rates.setdefault(kind, []).append(run.per_second)
            found.costs.setdefault(kind, []).append(cost)
            found.sizes[kind] = run.received / max(1, run.answers)
            found.errors += run.errors
    return found


def rows_of_rounds(found: Rounds) -> list[Row]:
    """Return rates and ratios as rows.

    Parameters
    ----------
    found
        What was measured.
    """
    rows = [
        Row(f"{kind}, full speed", found.rate(kind), "/s",
            note=f"{found.cost_ms(kind):.2f} ms of a worker, {found.sizes[kind] / 1000:.1f} kB")
        for kind in found.rates
    ]  # fmt: skip
    ours, other = found.cost_ms(LOOKUP), found.cost_ms(EMPTY_FORM)
    rows += [
        Row(f"{LOOKUP} over {EMPTY_FORM}", found.ratio(LOOKUP, EMPTY_FORM), least=0.6,
            note=f"of processor time {other / ours:.2f}"),
        Row(f"{LOOKUP} over {EMPTY_GET}", found.ratio(LOOKUP, EMPTY_GET)),
        *(Row(f"{kind} over {EMPTY_FORM}", found.ratio(kind, EMPTY_FORM))
          for kind in (AGAIN, SLIPPED, NOWHERE, MIXED, API)),
        Row("answers that were none, full speed", found.errors),
    ]  # fmt: skip
    return rows


def waits(asker: Client, *, turns: int, seconds: float) -> list[Row]:
    """Return how long answers take that are asked for at half of the full speed.

    The full speed is measured before each turn: a machine that does other things, too, is not as
    fast all the time.

    Parameters
    ----------
    asker
        Asks.
    turns, seconds
        How often, and how long each time.
    """
    rates, found, errors = [], [], 0
    for _ in range(turns):
        rate = asker.full_speed(seconds=FULL_SPEED_S).per_second / 2
        run = asker.at_rate(rate, seconds=seconds)
        rates.append(rate)
        errors += run.errors
        found.append(np.percentile(np.array(run.waits) * 1000, [50, 99]))
    p50, p99 = np.median(found, axis=0)
    each = ", ".join(f"{one[1]:.0f}" for one in found)
    note = f"{np.median(rates):.0f}/s, p50 {p50:.1f} ms, turns {each} ms, {errors} errors"
    return [Row("p99 of look-up at half of the full speed", float(p99), "ms", most=25, note=note)]


def endured(run: Measured, *, rate: float) -> list[Row]:
    """Return the errors of a long run at most of the full speed.

    Parameters
    ----------
    run
        The run.
    rate
        How many a second.
    """
    p99 = float(np.percentile(np.array(run.waits) * 1000, 99))
    return [
        Row(f"errors in {run.seconds / 60:.1f} min at 80 % of the full speed", run.errors, most=0,
            note=f"{run.answers:,} answers, {rate:.0f}/s, p99 {p99:.0f} ms")
    ]  # fmt: skip


def grown(first: list[float], last: list[float], *, asked: tuple[int, int]) -> Row:
    """Return how much the memory of the workers has grown, that of the worst.

    Parameters
    ----------
    first, last
        Resident memory of each worker, MiB.
    asked
        After how many requests a worker.
    """
    worst = max(after / before for before, after in zip(first, last, strict=True))
    return Row(
        f"memory of a worker after {asked[1]:,} requests over after {asked[0]:,}", worst, most=1.05,
        note=", ".join(f"{one:.0f} → {two:.0f} MiB" for one, two in zip(first, last, strict=True)),
    )  # fmt: skip
