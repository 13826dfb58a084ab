"""A folium map that needs nothing but this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import folium

from webmap import assets
from webmap.errors import OutsideUrlError
from webmap.maps.parts import MapParts

if TYPE_CHECKING:
    from branca.element import Element

_RANDOM_ID = re.compile(r"_[0-9a-f]{32}\b")


class LocalMap(folium.Map):  # type: ignore[misc]  # folium's types are not followed
    """`folium.Map` on a canvas, without tiles, with Leaflet and jQuery from this machine.

    The defaults of `folium.Map` name files on other machines. They are replaced in a subclass
    because `add_js_link` would change the list of every map in the process. `folium.Icon` needs
    more than these files: use `DivIcon` or circle markers.
    """

    default_js: ClassVar = [("leaflet", assets.LEAFLET_JS), ("jquery", assets.JQUERY_JS)]
    default_css: ClassVar = [("leaflet_css", assets.LEAFLET_CSS)]

    def __init__(self, **options: object) -> None:
        super().__init__(**{"tiles": None, "prefer_canvas": True, **options})

    def parts(self) -> MapParts:
        """Render the parts of this map; the same map always gives the same text.

        Raises
        ------
        OutsideUrlError
            A child of the map (a plugin) brought a link to another machine.
        """
        _number(self)
        root = self.get_root()
        root.render()
        self._refuse_foreign_links(root)
        return MapParts(
            html=root.html.render().strip(),
            script=root.script.render().strip(),
            styles=tuple(url for _, url in self.default_css),
            scripts=tuple(url for _, url in self.default_js),
        )

    def _refuse_foreign_links(self, root: Element) -> None:
        ours = {url for _, url in (*self.default_js, *self.default_css)}
        linked = (getattr(child, "url", None) for child in root.header._children.values())  # noqa: SLF001
        foreign = [
            url
            for url in linked
            # The figure itself always links these; its header is not part of our page.
            if url is not None and url not in ours
        ]
        if foreign:
            raise OutsideUrlError("webmap.OUTSIDE_URL", urls=", ".join(sorted(foreign)))


def _number(element: Element) -> None:
    """Give every element a number instead of a random id, so that a page can be compared."""
    waiting, count = [element], 0
    while waiting:
        current = waiting.pop(0)
        if _RANDOM_ID.fullmatch(f"_{current._id}"):  # noqa: SLF001  # branca offers no other way
            current._id = str(count)  # noqa: SLF001
        count += 1
        waiting.extend(current._children.values())  # noqa: SLF001
