"""Bytes of an office's text file as text, whatever it was saved as."""

from __future__ import annotations

from dataclasses import dataclass

# so many characters show what a file is written in
_LOOKED_AT = 20_000
# nearly all that people write is of the common half of a set; what is misread seldom is
_COMMON, _RARE = 0.9, 0.6
_FEWEST = 4


@dataclass(frozen=True)
class _Common:
    """The common half of a set of characters, by the first bytes of its codes."""

    encoding: str
    first: int
    last: int
    lowest_second: int

    def share(self, text: str) -> float:
        """Return how many of a text's ideographs are common ones; 1 where there are too few."""
        # what has no character yet stands in the private use area
        many = [letter for letter in text[:_LOOKED_AT] if "\u3400" <= letter <= "\uf8ff"]
        if len(many) < _FEWEST:
            return 1.0
        return sum(map(self._has, many)) / len(many)

    def _has(self, letter: str) -> bool:
        code = letter.encode(self.encoding, "replace")
        return (
            len(code) > 1 and self.first <= code[0] <= self.last and code[1] >= self.lowest_second
        )


_GB_COMMON = _Common("gb18030", 0xB0, 0xD7, 0xA1)
_BIG5_COMMON = _Common("big5", 0xA4, 0xC6, 0x40)


def decode(data: bytes) -> tuple[str, str] | None:
    """Return text and the name of its encoding; None where no encoding fits.

    UTF-8 is strict enough to be tried first; GB18030 contains GBK and GB2312. Excel's "Unicode
    text" is UTF-16 with a mark. Nearly all that is Big5 can be read as GB18030 as well, but comes
    out as characters that nobody uses.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        text = _read(data, encoding)
        if text is None:
            continue
        if encoding == "gb18030" and _GB_COMMON.share(text) < _RARE:
            traditional = _read(data, "big5")
            if traditional is not None and _BIG5_COMMON.share(traditional) > _COMMON:
                return traditional, "big5"
        # A NUL is in no text of an office; a binary file may well decode.
        return None if "\0" in text else (text, encoding)
    return None


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
