"""One template for a map: as a page of the server, or as one file that opens from disk."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from webmap import assets
from webmap.maps.facts import Texts, minutes, zone_name
from webmap.maps.parts import EDGE, EDGE_HALO, SCHOOL_SIGN
from zoning.plan.colours import FILLS, OPACITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from webmap.assets import Asset
    from webmap.maps.parts import MapParts, ZoneMap

PAGE_STYLES = (assets.PAGE_CSS,)
MAP_STYLES = (assets.PAGE_CSS, assets.MAP_CSS)
MAP_SCRIPTS = (
    assets.LABELS_JS,
    assets.POPUPS_JS,
    assets.SEARCH_JS,
    assets.INSET_JS,
    assets.FURNITURE_JS,
    assets.MAP_JS,
)
_BACKTICKS = re.compile(r"`([^`]+)`")
# they draw the base map where a frame has one
GROUND_SCRIPTS = (assets.ARCHIVE_JS, assets.VECTOR_TILE_JS, assets.GROUND_JS)


@dataclass(frozen=True)
class Frame:
    """What surrounds the content of a page.

    Parameters
    ----------
    language
        Language of the page.
    nonce
        Marks the scripts and styles that may run.
    policy
        Content security policy to write into the page; empty where a header carries it.
    home
        URL of the list of plans; empty in a single file.
    switch
        (language, its own name, URL) of this page in the other languages.
    lookup
        URL of the look-up; empty in a single file.
    large
        Whether the page is in large type (适老化).
    resize
        URL of this page in the other size of type; empty where it has one size.
    repost
        (name, value) of what has to be sent again to see this page; empty where a link will do.
    zones
        URL of the list of zone maps and schools; empty in a single file.
    notices
        URL of the list of notices; empty in a single file.
    ground
        What the scripts of a map read to draw the base map; None in a single file.
    home_text
        Key of what the link to `home` is called.
    plain
        Whether the page becomes a plain file, which no server answers.
    online
        Where the server is that such a file may lead to; empty where that is not known.
    written
        The day on which it becomes a file, in words; empty where a server answers.
    """

    language: str
    nonce: str
    policy: str = ""
    home: str = ""
    switch: tuple[tuple[str, str, str], ...] = ()
    lookup: str = ""
    large: bool = False
    resize: str = ""
    repost: tuple[tuple[str, str], ...] = ()
    zones: str = ""
    notices: str = ""
    ground: Mapping[str, Any] | None = None
    home_text: str = "webmap.ALL_PLANS"
    plain: bool = False
    online: str = ""
    written: str = ""


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("webmap", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # they come with the program: whether they were changed is not looked at for every page
        auto_reload=False,
    )
    environment.filters.update(coded=coded, heading=heading)
    return environment


def coded(words: str) -> Markup:
    """Return a text in which what stands between backticks is code; all else is escaped.

    Parameters
    ----------
    words
        The text; a backtick without a second one stays what it is.
    """
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part)
        for at, part in enumerate(_BACKTICKS.split(words))
    )


def heading(words: str) -> str:
    """Return words of the catalogue as they begin a heading, a term or a label.

    Parameters
    ----------
    words
        As they stand within a sentence; the rest of them stays as it is.
    """
    return words[:1].upper() + words[1:]


def render(template: str, frame: Frame, /, **content: object) -> str:
    """Render one of our templates.

    Parameters
    ----------
    template
        File name in `templates/`.
    frame
        What surrounds the content.
    content
        Names that the template reads.
    """
    served = [assets.served(name) for name in PAGE_STYLES]
    values: dict[str, object] = {"frame": frame, "t": Texts(frame.language), "styles": served}
    return _environment().get_template(template).render({**values, **content})


def render_map(zone_map: ZoneMap, frame: Frame, *, standing: object = None) -> str:
    """Render the map page of the server.

    Parameters
    ----------
    zone_map, frame
        The map, and what surrounds it.
    standing
        What the plan is, for `_standing.html`; None for a plan for discussion.

    Raises
    ------
    OutsideUrlError
        The page would ask another machine for something.
    """
    return _checked(zone_map, frame, assets.served, content={"standing": standing})


def render_map_file(zone_map: ZoneMap, *, language: str) -> str:
    """Render the map as one file that needs neither a network nor a server.

    A file outlives what holds on the day on which it is written: it does not say what the plan is.
    Its own policy forbids every request, also to the disk.

    Raises
    ------
    OutsideUrlError
        The page would ask another machine for something.
    """
    frame = file_frame(zone_map.plan.digest, language=language)
    return _checked(zone_map, frame, assets.inlined, content={"in_file": True})


def file_frame(digest: str, *, language: str) -> Frame:
    """Return what surrounds a page that is one file and may ask for nothing, on disk or elsewhere.

    Parameters
    ----------
    digest
        SHA-256 of what the page is made from: nobody can write a name into a spreadsheet that fits
        the digest of the file it ends up in.
    language
        Language of the page.
    """
    nonce = hashlib.sha256(digest.encode()).hexdigest()[:32]
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Frame(language=language, nonce=nonce, policy=policy)


def _checked(
    zone_map: ZoneMap,
    frame: Frame,
    asset: Callable[[str], Asset],
    *,
    template: str = "map.html",
    content: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Render the map page with its assets as `asset` gives them, and look for foreign links."""
    title = page_title(zone_map.plan.summary.about, Texts(frame.language))
    return zone_map_page(template, frame, zone_map, asset=asset, title=title, **content)


def zone_map_page(
    template: str,
    frame: Frame,
    zone_map: ZoneMap,
    /,
    *,
    asset: Callable[[str], Asset],
    title: str,
    sheets: Sequence[str] = (),
    **content: object,
) -> str:
    """Render a page with the map of a plan.

    Parameters
    ----------
    template, frame
        See `render`.
    zone_map
        The map and its tables.
    asset
        How scripts and styles get into the page.
    title
        Heading of the page.
    sheets
        Style sheets besides those of every map.
    content
        Further names that the template reads.

    Raises
    ------
    OutsideUrlError
        The page would ask another machine for something.
    """
    return map_page(
        template,
        frame,
        zone_map.parts,
        asset=asset,
        scripts=MAP_SCRIPTS,
        data=zone_map.data,
        sheets=sheets,
        map=zone_map,
        title=title,
        minutes=minutes,
        zone_name=zone_name,
        about=zone_map.plan.summary.about,
        zone_fills=FILLS[:3],
        opacity=OPACITY,
        **content,
    )


def map_page(
    template: str,
    frame: Frame,
    parts: MapParts,
    /,
    *,
    asset: Callable[[str], Asset],
    scripts: Sequence[str],
    data: Mapping[str, Any],
    sheets: Sequence[str] = (),
    **content: object,
) -> str:
    """Render a page with a map, and look for links to other machines.

    Parameters
    ----------
    template, frame
        See `render`.
    parts
        What folium rendered.
    asset
        How scripts and styles get into the page.
    scripts
        The page's own scripts, in their order.
    data
        What they read.
    sheets
        Style sheets besides those of every map.
    content
        Further names that the template reads.

    Raises
    ------
    OutsideUrlError
        The page would ask another machine for something.
    """
    libraries = [asset(name) for name in parts.scripts]
    if frame.ground is not None:
        scripts = (*scripts, *GROUND_SCRIPTS)
        data = {**data, "ground": frame.ground}
    page = render(
        template,
        frame,
        styles=_safe([asset(name) for name in (*parts.styles, *MAP_STYLES, *sheets)]),
        libraries=_safe(libraries),
        scripts=_safe([asset(name) for name in scripts]),
        data=json_for_script(data),
        map_html=Markup(parts.html),  # noqa: S704  # folium's own container
        map_script=Markup(parts.script),  # noqa: S704  # texts in it are JSON
        edge=EDGE,
        edge_halo=EDGE_HALO,
        school_sign=SCHOOL_SIGN,
        **content,
    )
    assets.refuse_outside_urls(page, trusted=[one.body for one in libraries if one.body])
    return page


def page_title(about: Mapping[str, str], texts: Texts) -> str:
    """Return what a plan's map is called: its study and its stage."""
    stage = about.get("stage", "")
    study = about.get("study", "")
    return (
        texts("webmap.TITLE_STAGE", study=study, stage=texts(f"plan.VALUE_stage_{stage}"))
        if stage
        else study
    )


def json_for_script(value: Any) -> Markup:
    """Return a value as JSON that may stand in a script element, whatever its texts contain."""
    document = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        document = document.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(document)  # noqa: S704  # what could end the element is escaped above


def _safe(files: list[Asset]) -> list[dict[str, object]]:
    return [{"url": one.url, "body": Markup(one.body)} for one in files]  # noqa: S704  # our files
