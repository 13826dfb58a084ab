"""The command line `zoning`: thin, one module a group of commands.

The package itself loads nothing, so that `__main__` is ready for Ctrl-C before the first library
is loaded; `main`, the group of all commands, is loaded when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoning.cli.app import main

__all__ = ["main"]


def __getattr__(name: str) -> object:
    if name != "main":
        raise AttributeError(name)
    from zoning.cli.app import main

    return main
