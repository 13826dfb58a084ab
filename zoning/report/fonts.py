"""The font of printed documents: the first of these that the machine has."""

from __future__ import annotations

import typst

from zoning.errors import StorageError

# Families with all Chinese characters in common use: free ones first, then those of Windows and
# macOS. A document without one would show boxes, so it is refused.
FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Microsoft YaHei",
    "SimSun",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)


def chinese_font(installed: frozenset[str] | None = None) -> str:
    """Return the family to print with.

    Parameters
    ----------
    installed
        Families of the machine; None asks it.

    Raises
    ------
    StorageError
        There is none with Chinese characters.
    """
    if installed is None:
        installed = frozenset(typst.Fonts().families())
    for family in FAMILIES:
        if family in installed:
            return family
    raise StorageError("report.NO_FONT", families="、".join(FAMILIES[:3]))
