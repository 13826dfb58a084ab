"""Make a study from an OpenStreetMap extract alone.

python scripts/study_from_osm.py EXTRACT.osm.pbf DIR [--name NAME] [--year 2027]
zoning run DIR
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zoning.errors import ZoningError
from zoning.messages import choose_language, explain
from zoning.settings import Stage
from zoning.study.from_osm import Assumptions, create_from_osm


def main() -> int:
    """Read the arguments, write the study, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extract", type=Path, help="an .osm.pbf or .osm file")
    parser.add_argument("folder", type=Path, help="the new study")
    parser.add_argument("--name", help="name of the place; else the file's")
    parser.add_argument("--year", type=int, default=2027, help="school year")
    parser.add_argument("--primary", type=float, default=0.21, help="primary children per home")
    parser.add_argument("--middle", type=float, default=0.10, help="junior middle, per home")
    parser.add_argument("--reserve", type=float, default=0.10, help="seats above children, share")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    language = choose_language()
    rates = {Stage.PRIMARY: given.primary, Stage.JUNIOR_MIDDLE: given.middle}
    assumptions = Assumptions(given.year, rates, reserve=given.reserve, seed=given.seed)
    try:
        places = create_from_osm(
            given.extract,
            given.folder,
            name=given.name or given.extract.name.split(".")[0],
            assumptions=assumptions,
            language=language,
        )
    except ZoningError as error:
        print(explain(error, language), file=sys.stderr)
        return error.exit_code
    print(f"{given.folder}: {len(places.schools)} schools, {len(places.dwellings)} addresses")
    return 0


if __name__ == "__main__":
    sys.exit(main())
