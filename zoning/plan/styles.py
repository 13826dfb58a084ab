"""QGIS styles that a plan file brings along: symbols, labels, and names of columns and values."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from zoning.messages import text
from zoning.plan.colours import OPACITY, PALETTE
from zoning.plan.geopackage import column_title
from zoning.plan.model import ZoneType
from zoning.plan.pieces import Contiguity
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_OUTLINE = "91,58,107,255"
_SCHOOL = "38,58,89,255"
# Columns whose values are words of the program, shown as words of the reader.
_CODED = {"zone_type": ZoneType, "stage": Stage, "contiguity": Contiguity}


def file_styles(
    columns: Mapping[str, Sequence[str]], *, zones: pd.DataFrame, language: str
) -> dict[str, str]:
    """Return the style of every layer and table of a plan file, as QML.

    QGIS shows the names of columns only from a style: the schema extension of GeoPackage is read
    from GDAL 3.7 on.

    Parameters
    ----------
    columns
        Columns by layer or table.
    zones
        zone_id, name and colour.
    language
        Language of all names.
    """
    looks = {
        "zones": _zone_look(zones, language=language),
        "blocks": _block_look(),
        "schools": _school_look(),
    }
    return {
        name: _document(looks.get(name, ""), _fields(held, language=language))
        for name, held in columns.items()
    }


def _document(look: str, fields: str) -> str:
    categories = "Symbology|Labeling|Fields|Forms" if look else "Fields|Forms"
    labels = int("<labeling" in look)
    return (
        f'{_HEAD}\n<qgis version="3.22.0" styleCategories="{categories}" '
        f'labelsEnabled="{labels}">{look}{fields}</qgis>\n'
    )


def _fields(columns: Sequence[str], *, language: str) -> str:
    aliases = "".join(
        f'<alias index="{at}" field={quoteattr(column)} '
        f"name={quoteattr(column_title(column, language=language))}/>"
        for at, column in enumerate(columns, start=1)  # 0 is the row number
    )
    coded = "".join(_value_map(name, language) for name in columns if name in _CODED)
    return f"<fieldConfiguration>{coded}</fieldConfiguration><aliases>{aliases}</aliases>"


def _value_map(column: str, language: str) -> str:
    words = {
        code.value: text(f"plan.VALUE_{column}_{code.value}", language) for code in _CODED[column]
    }
    values = "".join(
        f'<Option type="Map"><Option type="QString" name={quoteattr(word)} '
        f"value={quoteattr(code)}/></Option>"
        for code, word in words.items()
    )
    return (
        f'<field name={quoteattr(column)}><editWidget type="ValueMap"><config>'
        f'<Option type="Map"><Option type="List" name="map">{values}</Option></Option>'
        f"</config></editWidget></field>"
    )


def _zone_look(zones: pd.DataFrame, *, language: str) -> str:
    """Fill zones by their colour, one line of the legend each; label them with their name."""
    categories, symbols = [], []
    for at, (zone, name, colour) in enumerate(
        zip(zones["zone_id"], zones["name"], zones["colour"], strict=True)
    ):
        told = name or text("plan.VALUE_zone_type_no_school", language)
        categories.append(
            f'<category type="string" value={quoteattr(zone)} symbol="{at}" '
            f'label={quoteattr(told)} render="true"/>'
        )
        fill = _rgba(PALETTE[colour], round(255 * OPACITY))
        symbols.append(_fill(str(at), colour=fill, outline=_OUTLINE, width="0.5"))
    title = text("plan.ZONE_LABEL", language, {"name": "%1"}).replace("'", "''")
    label = (
        f'if("name" = "school_names", replace(\'{title}\', \'%1\', "name"), coalesce("name", \'\'))'
    )
    return (
        f'<renderer-v2 type="categorizedSymbol" attr="zone_id" enableorderby="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols>"
        f"</renderer-v2>"
        + _labels(label, size="10", colour="75,42,92,255", bold=True, priority=3, placement=_INSIDE)
    )


def _block_look() -> str:
    """Outline blocks thinly without a fill."""
    return _single(_fill("0", colour="0,0,0,0", outline="120,120,120,160", width="0.15"))


def _school_look() -> str:
    """Mark schools with a ring and their name."""
    options = _options(
        name="circle", color="255,255,255,255", outline_color=_SCHOOL, outline_width="0.6",
        outline_width_unit="MM", size="3", size_unit="MM",
    )  # fmt: skip
    symbol = (
        f'<symbol type="marker" name="0" alpha="1"><layer class="SimpleMarker" enabled="1" '
        f'locked="0" pass="0">{options}</layer></symbol>'
    )
    return _single(symbol) + _labels(
        '"name"', size="8", colour=_SCHOOL, bold=False, priority=8, placement=_AROUND
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


# QgsPalLayerSettings::Placement: 4 is horizontal inside a polygon, 6 is around a point in the
# order that cartographers prefer, so that a name never lies on its own sign.
_INSIDE = 'placement="4"'
_AROUND = (
    'placement="6" predefinedPositionOrder="BR,TR,BL,TL,R,L,TSR,BSR" offsetType="1" '
    'dist="0.6" distUnits="MM"'
)


def _labels(
    expression: str, *, size: str, colour: str, bold: bool, priority: int, placement: str
) -> str:
    return (
        f'<labeling type="simple"><settings calloutType="simple"><text-style '
        f'fieldName={quoteattr(expression)} isExpression="1" fontSize={quoteattr(size)} '
        f'fontSizeUnit="Point" fontWeight="{75 if bold else 50}" textColor={quoteattr(colour)}>'
        f'<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" '
        f'bufferColor="255,255,255,220"/></text-style>'
        f'<text-format wrapChar="、" multilineAlign="1"/>'
        f'<placement {placement} priority="{priority}"/>'
        f'<rendering drawLabels="1" obstacle="1"/></settings></labeling>'
    )


def _rgba(colour: str, alpha: int) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"
