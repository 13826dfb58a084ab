"""A first call of the engine: run as a process of its own, whose clock starts before the imports.

Prints CPU seconds and wall of the imports, of the first call, and of a later one (median), as JSON.
"""

from __future__ import annotations

import time

BEGUN = time.process_time(), time.perf_counter()


def main() -> None:
    """Import the engine and what it needs, call it, call it again."""
    from travel_bench.cases import REPEATS, warm_up
    from travel_bench.figures import Seconds, timed

    loaded = Seconds(time.process_time() - BEGUN[0], time.perf_counter() - BEGUN[1])
    first, _ = timed(warm_up)
    later, _ = timed(warm_up, times=REPEATS)

    import json

    print(json.dumps([(part.cpu, part.wall) for part in (loaded, first, later)]))


if __name__ == "__main__":
    main()
