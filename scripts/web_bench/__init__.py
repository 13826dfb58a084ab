"""Parts of `scripts/bench_web.py`."""
