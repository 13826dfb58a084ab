"""Style sheets and scripts come from this machine; anything else is refused."""

from __future__ import annotations

import pytest

from webmap import assets
from webmap.assets import asset_path, inlined, refuse_outside_urls, served
from webmap.errors import OutsideUrlError

OUTSIDE = [
    '<script src="https://cdn.example.org/a.js"></script>',
    '<script src="//cdn.example.org/a.js"></script>',
    '<link rel="stylesheet" href="http://cdn.example.org/a.css">',
    '<img src="https://tile.example.org/1/2/3.png">',
    '<img srcset="a.png 1x, https://tile.example.org/b.png 2x">',
    '<iframe src="https://example.org"></iframe>',
    '<form action="https://example.org/collect"></form>',
    "<style>a { background: url(https://example.org/a.png) }</style>",
    "<style>@import '//example.org/a.css';</style>",
    '<p style="background:url(http://example.org/a.png)">x</p>',
    '<script>L.tileLayer("https://{s}.tile.example.org/{z}/{x}/{y}.png");</script>',
    "<script>fetch('//example.org/a.json')</script>",
    "<script>fetch(`https://example.org/${x}`)</script>",
    '<svg><image href="https://example.org/a.png"/></svg>',
    "<script>new WebSocket('wss://example.org/live')</script>",
]
HARMLESS = [
    '<script src="/assets/leaflet/leaflet.js"></script>',
    '<a href="https://example.org/licence">licence</a>',
    '<img src="data:image/png;base64,AAAA">',
    "<style>a { background: url(images/layers.png) }</style>",
    '<script type="application/json">{"name": "见 https://example.org/x"}</script>',
    "<script>// a comment says http: nothing\nvar ratio = 4 / 2;</script>",
]


@pytest.mark.parametrize("page", OUTSIDE)
def test_an_outside_address_is_refused(page: str) -> None:
    with pytest.raises(OutsideUrlError) as caught:
        refuse_outside_urls(f"<main>{page}</main>")
    assert "example.org" in str(caught.value.params["urls"])


@pytest.mark.parametrize("page", HARMLESS)
def test_what_loads_nothing_from_outside_passes(page: str) -> None:
    refuse_outside_urls(f"<main>{page}</main>")


def test_every_outside_address_is_named() -> None:
    with pytest.raises(OutsideUrlError) as caught:
        refuse_outside_urls('<img src="//a.example"><img src="//b.example">')
    assert caught.value.params["urls"] == "//a.example, //b.example"


def test_only_the_very_text_of_a_trusted_script_is_trusted() -> None:
    body = "var home = 'https://library.example.org/';"
    refuse_outside_urls(f"<script>{body}</script>", trusted=[body])
    with pytest.raises(OutsideUrlError):
        refuse_outside_urls(f"<script>{body} more();</script>", trusted=[body])


def test_the_libraries_are_those_that_folium_was_made_for() -> None:
    assert asset_path(assets.LEAFLET_JS).read_text(encoding="utf-8").startswith("/* @preserve")
    assert "Leaflet 1.9.3" in asset_path(assets.LEAFLET_JS).read_text(encoding="utf-8")[:60]
    assert "jQuery v3.7.1" in asset_path(assets.JQUERY_JS).read_text(encoding="utf-8")[:60]


def test_inlined_styles_carry_their_images() -> None:
    body = inlined(assets.LEAFLET_CSS).body
    assert "url(data:image/png;base64,iVBOR" in body
    assert "url(images/" not in body


def test_inlined_scripts_cannot_end_their_element() -> None:
    for name in (assets.LEAFLET_JS, assets.JQUERY_JS):
        body = inlined(name).body
        assert "</script" not in body
        assert "sourceMappingURL" not in body


def test_served_assets_are_urls_of_our_server() -> None:
    assert served(assets.LEAFLET_JS).url == "/assets/leaflet/leaflet.js"
    assert served(assets.LEAFLET_JS).body == ""


@pytest.mark.parametrize(
    "name",
    [
        "leaflet/../../../etc/passwd",
        "../webmap/app.py",
        "webmap/../app.py",
        "leaflet/leaflet.js.map",
        "leaflet/leaflet-src.js",
        "webmap/nothing.css",
        "/etc/passwd",
        "",
    ],
)
def test_nothing_else_is_an_asset(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        asset_path(name)
