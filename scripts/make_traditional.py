"""Write the table of traditional characters that `zoning.geocode.text` reads.

    python scripts/make_traditional.py [--check]

The pairs are asked from OpenCC, character by character; OpenCC is needed here alone, never by the
program itself. `--check` compares with the file that is there and ends with 1 where they differ.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "zoning" / "geocode" / "traditional.toml"
BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
PER_LINE = 40
HEAD = (
    "# Traditional characters and the simplified ones that stand for them: line by line, one\n"
    "# character above the other. Written by scripts/make_traditional.py.\n"
)


def pairs() -> list[tuple[str, str]]:
    """Return each traditional character with its simplified one."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    letters = [chr(code) for first, end in BLOCKS for code in range(first, end)]
    # character by character: a phrase would let its neighbours decide
    found = [(letter, convert(letter)) for letter in letters]
    return [(old, new) for old, new in found if old != new and len(new) == 1]


def table(found: list[tuple[str, str]]) -> str:
    """Return the file's text."""
    rows = [found[at : at + PER_LINE] for at in range(0, len(found), PER_LINE)]
    lines = []
    for name, column in (("traditional", 0), ("simplified", 1)):
        lines += [f"{name} = ["]
        lines += ['    "' + "".join(pair[column] for pair in row) + '",' for row in rows]
        lines += ["]"]
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write or compare the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    given = parser.parse_args()
    text = table(pairs())
    if given.check:
        return int(TABLE.read_text(encoding="utf-8") != text)
    TABLE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
