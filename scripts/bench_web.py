"""How much the site bears: a published city, its real server, and a client on the same machine.

    python scripts/bench_web.py --study DIR [--size city] [--minutes 10] [--rounds 5] [--seconds 4]
        [--each 100000] [--only PART ...] [--json OUT.json]

DIR is made where it is not there: `zoning demo`, a plan drawn in a minute for each stage, published
as its first version (`web_bench/city.py`). The server is that of `zoning serve`, one worker more
than there are processors, and one more route that answers with nothing (`web_bench/server.py`);
limits of requests, tokens of forms, headers and all else are as always. The questions come from
many families' browsers behind a proxy (`[web] trusted_proxies = 1`), so that no limit is reached
and none is changed. Kinds of requests take turns within each round, and ratios are medians over
the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from web_bench import load, questions, starting
from web_bench.city import published_city, stages_of
from web_bench.client import Client
from web_bench.figures import line, record
from web_bench.map_load import first_loads
from web_bench.server import EMPTY
from web_bench.serving import bench_command, compile_program, free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web_bench.figures import Row

PARTS = ("start", "map", "speed", "p99", "long", "memory")
# one more than processors: while one compares addresses, the system lets shorter work go on
WORKERS = (os.cpu_count() or 1) + 1
# requests a worker before its memory is looked at first
AT_FIRST = 1_000
P99_TURNS, P99_S = 5, 12.0


def clients_of(port: int, study: Path, *, seed: int) -> dict[str, Client]:
    """Return a client for each kind of request, with questions of its own.

    Parameters
    ----------
    port
        Where the server listens.
    study
        The city.
    seed
        Of the choice of questions.
    """
    stages = stages_of(study)
    every = questions.texts(study, seed=seed)
    known = questions.browsers(port)

    def forms(path: str, *kinds: str) -> Client:
        asked = [text for kind, text in every if kind in kinds]
        return Client(port, questions.forms(path, asked, known, stages=stages))

    mixed = [text for _, text in every]
    clean = [text for kind, text in every if kind == questions.CLEAN]
    # by as many browsers as ask for all of them: the limits are those of every reader
    few = [clean[at % load.FEW] for at in range(len(clean))]
    return {
        load.EMPTY_FORM: forms(EMPTY, *questions.MIX),
        load.LOOKUP: forms(questions.LOOKUP, questions.CLEAN),
        load.AGAIN: Client(port, questions.forms(questions.LOOKUP, few, known, stages=stages)),
        load.SLIPPED: forms(questions.LOOKUP, questions.SLIPPED),
        load.NOWHERE: forms(questions.LOOKUP, questions.NOWHERE),
        load.MIXED: forms(questions.LOOKUP, *questions.MIX),
        load.EMPTY_GET: Client(port, questions.gets(known)),
        load.API: Client(port, questions.programs(mixed, stages=stages)),
    }


def under_load(study: Path, given: argparse.Namespace, log: Path) -> Iterator[Row]:
    """Measure one server from its start to its end.

    Parameters
    ----------
    study
        The city.
    given
        What was asked for.
    log
        Where the server writes.
    """
    port = free_port()
    with serving(bench_command(study, port, workers=WORKERS), port, log=log) as server:
        clients = clients_of(port, study, seed=given.seed)
        asker = clients[load.MIXED]
        asker.full_speed(count=AT_FIRST * WORKERS)
        first = server.memory_mib()
        found = load.in_rounds(server, clients, rounds=given.rounds, seconds=given.seconds)
        yield from load.rows_of_rounds(found)
        most = found.rate(load.MIXED)
        if "p99" in given.only:
            yield from load.waits(asker, turns=P99_TURNS, seconds=P99_S)
        if "long" in given.only:
            run = asker.at_rate(0.8 * most, seconds=60 * given.minutes)
            yield from load.endured(run, rate=0.8 * most)
        if "memory" in given.only:
            left = given.each * WORKERS - asker.sent
            if left > 0:
                asker.full_speed(count=left)
            each = asker.sent // WORKERS
            yield load.grown(first, server.memory_mib(), asked=(AT_FIRST, each))


def main() -> int:
    """Measure, print the table, write JSON; fail where a figure is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, required=True, help="made where it is not there")
    parser.add_argument("--size", default="city", help="of what is made")
    parser.add_argument("--minutes", type=float, default=10, help="of the long run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each kind in a round")
    parser.add_argument("--each", type=int, default=100_000, help="requests a worker, for memory")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--json", type=Path, help="where to write the figures")
    given = parser.parse_args()
    compile_program()
    study = published_city(given.study, size=given.size)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        for row in measured(study, given, log):
            print(line(row), flush=True)
            rows.append(row)
        said = log.read_text(encoding="utf-8") if log.is_file() else ""
        if said:
            print(said[-2000:], file=sys.stderr)
    if given.json:
        report = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, "
                       f"Python {platform.python_version()}",
            "date": time.strftime("%Y-%m-%d"),
            "rows": [record(row) for row in rows],
        }  # fmt: skip
        given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0 if all(row.holds is not False for row in rows) else 1


def measured(study: Path, given: argparse.Namespace, log: Path) -> Iterator[Row]:
    """Go through what is measured, one row at a time.

    Parameters
    ----------
    study
        The city.
    given
        What was asked for.
    log
        Where servers write.
    """
    if "start" in given.only:
        yield from starting.rows(study, log=log)
    if "map" in given.only:
        yield from first_loads(study, log=log)
    if set(given.only) & {"speed", "p99", "long", "memory"}:
        yield from under_load(study, given, log)


if __name__ == "__main__":
    sys.exit(main())
