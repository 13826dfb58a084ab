"""How the functions of this package are compiled."""

from __future__ import annotations

from pathlib import Path

from zoning.compiling import compiler

compiled = compiler(Path(__file__).parent.glob("*.py"))
