"""QGIS styles that a plan file brings along."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from zoning.plan.colours import PALETTE

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_OUTLINE = "70,70,70,255"


def zone_style() -> str:
    """Fill zones by `colour`, label them with their name."""
    categories = "".join(
        f'<category value="{at}" symbol="{at}" label="{at}" render="true"/>'
        for at in range(len(PALETTE))
    )
    symbols = "".join(
        _fill(str(at), colour=_rgba(colour, 150), outline=_OUTLINE, width="0.5")
        for at, colour in enumerate(PALETTE)
    )
    renderer = (
        f'<renderer-v2 type="categorizedSymbol" attr="colour" enableorderby="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )
    return _document(renderer, labels=_labels("name", size="10"))


def block_style() -> str:
    """Outline blocks thinly without a fill."""
    symbol = _fill("0", colour="0,0,0,0", outline="150,150,150,255", width="0.15")
    return _document(_single(symbol), labels="")


def school_style() -> str:
    """Mark schools with a square and their name."""
    options = _options(
        name="square", color="200,30,30,255", outline_color="255,255,255,255", size="3"
    )
    symbol = (
        f'<symbol type="marker" name="0" alpha="1"><layer class="SimpleMarker" enabled="1" '
        f'locked="0" pass="0">{options}</layer></symbol>'
    )
    return _document(_single(symbol), labels=_labels("name", size="8"))


def _document(renderer: str, *, labels: str) -> str:
    return (
        f'{_HEAD}\n<qgis version="3.28.0" styleCategories="Symbology|Labeling" '
        f'labelsEnabled="{int(bool(labels))}">{renderer}{labels}</qgis>\n'
    )


def _single(symbol: str) -> str:
    return (
        f'<renderer-v2 type="singleSymbol" enableorderby="0"><symbols>{symbol}</symbols>'
        f"</renderer-v2>"
    )


def _fill(name: str, *, colour: str, outline: str, width: str) -> str:
    options = _options(
        color=colour, style="solid", outline_color=outline, outline_style="solid",
        outline_width=width, outline_width_unit="MM",
    )  # fmt: skip
    return (
        f'<symbol type="fill" name="{name}" alpha="1"><layer class="SimpleFill" enabled="1" '
        f'locked="0" pass="0">{options}</layer></symbol>'
    )


def _options(**values: str) -> str:
    inside = "".join(
        f'<Option type="QString" name={quoteattr(name)} value={quoteattr(value)}/>'
        for name, value in values.items()
    )
    return f'<Option type="Map">{inside}</Option>'


def _labels(field: str, *, size: str) -> str:
    return (
        f'<labeling type="simple"><settings calloutType="simple"><text-style '
        f"fieldName={quoteattr(field)} fontSize={quoteattr(size)} "
        f'textColor="0,0,0,255" isExpression="0"><text-buffer bufferDraw="1" bufferSize="0.8" '
        f'bufferColor="255,255,255,220"/></text-style><placement placement="1"/>'
        f'<rendering drawLabels="1"/></settings></labeling>'
    )


def _rgba(colour: str, alpha: int) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"
