"""The server that is measured: that of `zoning serve`, with an empty route beside its own.

    python scripts/web_bench/server.py STUDY PORT WORKERS

The empty route is `return ""`, for GET and POST, in the same application: everything that is done
before and after each request is done for it, too. Look-ups are opened, and some are asked, before
the workers are forked, as `zoning serve` does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Blueprint

from webmap.access import ACCESS, EVERYBODY
from webmap.app import create_app
from webmap.config import Config
from webmap.public.answers_ahead import EXTENSION
from webmap.public.warming import warm
from webmap.server import run

EMPTY = "/empty"

empty = Blueprint("bench", __name__)


@empty.route(EMPTY, methods=["GET", "POST"])
def nothing() -> str:
    """Answer with nothing."""
    return ""


def main() -> int:
    """Serve a study until the process is ended."""
    study, port, workers = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    ACCESS["bench.nothing"] = EVERYBODY
    app = create_app(Config(study.resolve()))
    app.register_blueprint(empty)
    app.extensions["zoning-lookup"].open_all()
    warm(app)
    app.extensions["zoning-database"].close()
    run(
        app,
        host="127.0.0.1",
        port=port,
        workers=workers,
        mapped=study.resolve(),
        held=app.extensions[EXTENSION].page_files(),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
