"""Style sheets and scripts from this machine only: by URL, or inlined into a single file.

Leaflet and jQuery come from their XStatic packages. Nothing may come from elsewhere: an intranet
has no CDN, and a page that asks another machine tells that machine who reads it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import xstatic.pkg.jquery as jquery_package
import xstatic.pkg.leaflet as leaflet_package

from webmap.errors import OutsideUrlError

if TYPE_CHECKING:
    from collections.abc import Collection

LEAFLET_JS = "leaflet/leaflet.js"
LEAFLET_CSS = "leaflet/leaflet.css"
JQUERY_JS = "jquery/jquery.min.js"
PAGE_CSS = "webmap/page.css"
MAP_CSS = "webmap/map.css"
LOOKUP_CSS = "webmap/lookup.css"
API_CSS = "webmap/api.css"
LOOKUP_JS = "webmap/lookup.js"
COMBOBOX_JS = "webmap/combobox.js"
ZONES_CSS = "webmap/zones.css"
SWIPE_JS = "webmap/swipe.js"
BLOCKS_JS = "webmap/blocks.js"
PICK_JS = "webmap/pick.js"
PICK_CSS = "webmap/pick.css"
SLIP_JS = "webmap/slip.js"
LABELS_JS = "webmap/labels.js"
POPUPS_JS = "webmap/popups.js"
SEARCH_JS = "webmap/search.js"
SHAPES_JS = "webmap/shapes.js"
INSET_JS = "webmap/inset.js"
FURNITURE_JS = "webmap/furniture.js"
MAP_JS = "webmap/map.js"
DIFFERENCE_JS = "webmap/difference.js"
BUREAU_CSS = "webmap/bureau.css"
INBOX_JS = "webmap/inbox.js"
WORK_JS = "webmap/work.js"
PLACES_JS = "webmap/places.js"
ARCHIVE_JS = "webmap/archive.js"
VECTOR_TILE_JS = "webmap/vectortile.js"
GROUND_JS = "webmap/ground.js"
KEYS_JS = "webmap/keys.js"
PARTS_JS = "webmap/parts.js"
TYPED_JS = "webmap/typed.js"

ROOTS: dict[str, Path] = {
    "leaflet": Path(leaflet_package.BASE_DIR),
    "jquery": Path(jquery_package.BASE_DIR),
    "webmap": Path(__file__).parent / "static",
}
# Only what a page uses is served: the packages also hold maps of their sources and variants.
PUBLIC = re.compile(
    r"leaflet/(leaflet\.(js|css)|images/[a-z0-9-]+\.png)|jquery/jquery\.min\.js"
    r"|webmap/[a-z]+\.(css|js)"
)

_MEDIA = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif"}
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_CSS_URL = re.compile(r"""url\(\s*['"]?(?P<url>[^'")]+)['"]?\s*\)""")
_CSS_IMPORT = re.compile(r"""@import\s+['"](?P<url>[^'"]+)""")
_IN_SCRIPT = re.compile(
    r"""\b[a-z][a-z0-9+.-]*://[^\s'"`)]*|(?<=['"`])//[\w-]+(?:\.[\w-]+)+[^\s'"`)]*""", re.IGNORECASE
)
# What a browser loads by itself; an <a href> is followed only by the reader.
_LOADING = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "iframe": ("src", "srcdoc"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "form": ("action",),
    "base": ("href",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}


@dataclass(frozen=True)
class Asset:
    """A style sheet or script of a page: either `url` or `body` is given."""

    url: str = ""
    body: str = ""


def asset_path(name: str) -> Path:
    """Return the file of an asset named "<package>/<path>".

    Raises
    ------
    FileNotFoundError
        It is none of the files that pages use, or lies outside its package.
    """
    if not PUBLIC.fullmatch(name):
        raise FileNotFoundError(name)
    package, _, rest = name.partition("/")
    path = ROOTS[package] / rest
    if not path.is_file():
        raise FileNotFoundError(name)
    return path


@cache
def served(name: str) -> Asset:
    """Return an asset as the URL that our own server answers."""
    asset_path(name)
    return Asset(url=f"/assets/{name}")


@cache
def inlined(name: str) -> Asset:
    """Return an asset as text for a page that opens from disk; images become data URIs."""
    path = asset_path(name)
    body = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        return Asset(body=_CSS_URL.sub(lambda found: _data_uri(path, found["url"]), body))
    body = _SOURCE_MAP.sub("", body)
    # An HTML parser ends a script at "</script" even inside a string.
    return Asset(body=body.replace("</script", "<\\/script"))


def _data_uri(sheet: Path, url: str) -> str:
    if url.startswith(("data:", "#")):
        return f"url({url})"
    image = sheet.parent / url
    encoded = base64.b64encode(image.read_bytes()).decode("ascii")
    return f"url(data:{_MEDIA[image.suffix]};base64,{encoded})"


def refuse_outside_urls(page: str, *, trusted: Collection[str] = ()) -> None:
    """Refuse a page that would load anything from another machine.

    Parameters
    ----------
    page
        Rendered HTML.
    trusted
        Bodies of scripts that were read in full before: the libraries name their home pages in
        texts, which is not a request.

    Raises
    ------
    OutsideUrlError
        Names every outside address found.
    """
    reader = _ResourceReader(frozenset(text.strip() for text in trusted))
    reader.feed(page)
    reader.close()
    if reader.outside:
        raise OutsideUrlError("webmap.OUTSIDE_URL", urls=", ".join(sorted(reader.outside)))


def is_outside(url: str) -> bool:
    """Tell whether a URL leads to another machine."""
    return bool(re.match(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", url, re.IGNORECASE))


class _ResourceReader(HTMLParser):
    """Collects the outside addresses that a browser would load while it shows a page."""

    def __init__(self, trusted: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.outside: set[str] = set()
        self._trusted = trusted
        self._raw: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for name in _LOADING.get(tag, ()):
            parts = values.get(name, "").split(",") if name == "srcset" else [values.get(name, "")]
            self.outside.update(part.strip() for part in parts if is_outside(part))
        self._style(values.get("style", ""))
        data_only = tag == "script" and values.get("type", "").endswith("json")
        self._inside = tag if tag in {"script", "style"} and not data_only else ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._raw.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._inside:
            return
        body = "".join(self._raw)
        self._raw.clear()
        self._inside = ""
        if tag == "style":
            self._style(body)
        elif body.strip() not in self._trusted:
            # what a line without "//" holds is no address: most of a map's script is figures
            lines = (line for line in body.splitlines() if "//" in line)
            self.outside.update(found[0] for line in lines for found in _IN_SCRIPT.finditer(line))

    def _style(self, sheet: str) -> None:
        for pattern in (_CSS_URL, _CSS_IMPORT):
            self.outside.update(
                found["url"] for found in pattern.finditer(sheet) if is_outside(found["url"])
            )
