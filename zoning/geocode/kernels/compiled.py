"""How the functions of this package are compiled."""

from __future__ import annotations

from pathlib import Path

from zoning.compiling import compiler

_HERE = Path(__file__).parent
# the order of the fields of their tuples is compiled in
_LAID_OUT = (_HERE.parent / "encode.py", _HERE.parent / "layout.py")

compiled = compiler([*_HERE.glob("*.py"), *_LAID_OUT])
