"""Pages of the server as files: relative links, no script inside, a policy of their own."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# there are no headers that a file could bring with it
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'"
)
SCHOOL_FILE = "zones/{edition_id}/{school_id}.html"
NOTICE_FILE = "notices/{case_id}.html"
_LINKS = ("href", "src", "action")
# "~" too, so that no two ids have one name
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_QUOTED = re.compile(r'"(/[^"\\\s]*)"')
_INLINE = {"script": "js", "style": "css"}


@dataclass(eq=False)
class _Rewriter(HTMLParser):
    """Copies a page, tag by tag, with other links."""

    link: Callable[[str], str | None]
    keep: Callable[[str, str], str]
    out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._inside = ""
        self._json = False
        self._body: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._json = tag == "script" and (given.get("type") or "").endswith("json")
        if tag in _INLINE and not self._json and "src" not in given:
            self._inside = tag
            return
        self.out.append(self._tag(tag, attrs))
        if tag == "meta" and "charset" in given:
            policy = [("http-equiv", "Content-Security-Policy"), ("content", POLICY)]
            self.out.append("\n" + self._tag("meta", list(policy)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self._tag(tag, attrs)[:-1] + "/>")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._outsource(tag)
            return
        self._json = False
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._body.append(data)
        elif self._json:
            self.out.append(_QUOTED.sub(self._quoted, data))
        else:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        said = [tag]
        for name, value in attrs:
            if name == "nonce":
                continue
            now = value
            if name in _LINKS and value is not None and value.startswith("/"):
                now = self.link(value)
                if now is None:
                    continue
            said.append(name if now is None else f'{name}="{escape(now)}"')
        return f"<{' '.join(said)}>"

    def _outsource(self, tag: str) -> None:
        """Give a script or style that stood in the page a file: no mark can let it run there."""
        body = "".join(self._body)
        self._body.clear()
        self._inside = ""
        target = escape(self.keep(body, _INLINE[tag]))
        self.out.append(
            f'<script src="{target}"></script>'
            if tag == "script"
            else f'<link rel="stylesheet" href="{target}">'
        )

    def _quoted(self, found: re.Match[str]) -> str:
        now = self.link(json.loads(found[0]))
        return found[0] if now is None else json.dumps(now, ensure_ascii=False)


def as_file(
    page: str,
    *,
    at: str,
    link: Callable[[str], str | None],
    add: Callable[[str, bytes], None],
) -> str:
    """Return a page as it stands in a file.

    Parameters
    ----------
    page
        As the server renders it.
    at
        Path of the file from the root.
    link
        Returns the path from the root, or the whole URL, of what a URL of the server leads to;
        None where nothing is left of it.
    add
        Takes in a further file by its path and content.
    """

    def keep(body: str, suffix: str) -> str:
        name = f"assets/{hashlib.sha256(body.encode()).hexdigest()[:16]}.{suffix}"
        add(name, body.encode())
        return relative(name, at=at)

    def leads(url: str) -> str | None:
        found = link(url)
        if found is None or urlsplit(found).scheme:
            return found
        return relative(found, at=at)

    rewriter = _Rewriter(leads, keep)
    rewriter.feed(page)
    rewriter.close()
    return "".join(rewriter.out)


def named_file(pattern: str, values: Mapping[str, str]) -> str:
    """Return the path of a file; an id may hold what a path must not.

    Parameters
    ----------
    pattern
        Path with placeholders.
    values
        What stands in them.
    """
    return pattern.format(**{name: _UNSAFE.sub(_spelled, said) for name, said in values.items()})


def _spelled(found: re.Match[str]) -> str:
    return f"~{ord(found[0]):x}"


def relative(path: str, *, at: str) -> str:
    """Return a path as a page at another path links to it.

    Parameters
    ----------
    path
        Path from the root; what stands behind "#" stays.
    at
        Path of the page from the root.
    """
    file, sign, place = path.partition("#")
    return posixpath.relpath(file, posixpath.dirname(at) or ".") + sign + place
