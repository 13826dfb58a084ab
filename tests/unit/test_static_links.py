"""A page of the server as a file: relative links, a policy, and nothing that needs a mark."""

from __future__ import annotations

import json
import re

from webmap.static_site.links import POLICY, as_file, named_file, relative

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A &amp; B</title>
<style nonce="x">p { color: red }</style>
<noscript><style nonce="x">.map { display: none }</style></noscript>
<link rel="stylesheet" href="/assets/webmap/page.css">
</head>
<body>
<a href="/site/?lang=en">home</a> <a href="/slip/verify">slip</a> <a href="#content">skip</a>
<a href="tel:123">call</a> <a href="/list#school-2">list</a>
<p>1 &lt; 2 &#x2014; “”</p><br/>
<script type="application/json" id="d">{"url": "/tiles/a.pmtiles", "text": "/no such",
"s": "\\u003c/b"}</script>
<script nonce="x">var a = "</p>" + 1 < 2;</script>
<script nonce="x" src="/assets/webmap/map.js"></script>
</body>
</html>
"""
FILES = {
    "/assets/webmap/page.css": "assets/webmap/page.css",
    "/assets/webmap/map.js": "assets/webmap/map.js",
    "/site/?lang=en": "en/index.html",
    "/tiles/a.pmtiles": "tiles/a.pmtiles",
    "/list#school-2": "en/lists/primary.html#school-2",
}


def rewritten(at: str = "en/zones/one.html") -> tuple[str, dict[str, bytes]]:
    kept: dict[str, bytes] = {}
    return as_file(PAGE, at=at, link=FILES.get, add=kept.__setitem__), kept


def test_links_are_relative_to_the_file() -> None:
    page, _ = rewritten()
    for words in (
        'href="../../assets/webmap/page.css"', 'href="../index.html">home', 'href="#content"',
        'href="tel:123"', 'src="../../assets/webmap/map.js"',
        'href="../lists/primary.html#school-2"',
    ):  # fmt: skip
        assert words in page
    assert relative("assets/a.css", at="index.html") == "assets/a.css"


def test_what_the_files_do_not_have_is_no_link() -> None:
    page, _ = rewritten()
    assert "<a>slip</a>" in page


def test_addresses_in_data_are_rewritten_and_texts_are_not() -> None:
    page, _ = rewritten()
    document = page.split('id="d">')[1].split("</script>")[0]
    assert json.loads(document) == {
        "url": "../../tiles/a.pmtiles", "text": "/no such", "s": "</b"
    }  # fmt: skip
    assert "<" not in document


def test_scripts_and_styles_get_files_of_their_own() -> None:
    page, kept = rewritten()
    assert "nonce" not in page
    assert "<style" not in page
    assert sorted(kept.values()) == sorted(
        [b"p { color: red }", b".map { display: none }", b'var a = "</p>" + 1 < 2;']
    )
    for name in kept:
        assert f'"../../{name}"' in page
    assert rewritten() == rewritten()


def test_the_policy_comes_first_and_the_rest_stays() -> None:
    page, _ = rewritten()
    assert page.index("Content-Security-Policy") < page.index("<link")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "<title>A &amp; B</title>" in page
    assert "<p>1 &lt; 2 &#x2014; “”</p><br/>" in page
    assert page.startswith("<!doctype html>\n")


def test_no_id_leaves_its_folder_and_no_two_have_one_name() -> None:
    ids = ("A", "a/b", "../x", "~2f", "a~2fb", "第一", "a b", "")
    files = [named_file("zones/{name}.html", {"name": one}) for one in ids]
    assert len(set(files)) == len(ids)
    for file in files:
        assert re.fullmatch(r"zones/[A-Za-z0-9_~-]*[.]html", file)
