"""Answers that were written ahead: found by what was asked, each packed by itself.

What is asked is kept as its digest alone. Pages of one language have most of their words in common:
they are packed with a dictionary of a few of them, so that one is unpacked in some ten
microseconds. The index is a file that is mapped, so that all workers share it; the pages are in
another beside it, of which one is read at a time: a worker does not grow by what it has answered.
"""

from __future__ import annotations

import hashlib
import os
import weakref
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.errors import StorageError
from zoning.geocode.store import read_arrays, whole_file, write_arrays
from zoning.geocode.text import plain
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# raised when a file is laid out in another way
FORMAT = 2
# as far back as the packing looks
DICTIONARY = 32_768
KEY_BYTES = 16
# bytes of a packed page before and after what is packed: kind and checksum of the dictionary; of it
_HEAD, _CHECKSUM = 6, 4
_HALF = np.dtype(">u8")
_PAGE_OF, _SUM, _SIZE = "page_of", "sum", "size"
PAGES_SUFFIX = ".pages"


def text_key(text: str) -> bytes | None:
    """Return the key of a text that somebody may write; None for one that is always asked anew.

    Texts that differ in width, traditional characters or spaces alone have the same key, as they
    have the same answer. What is in brackets may be left out or not, by their kind.

    Parameters
    ----------
    text
        An address.
    """
    told = plain(text).text
    return None if not told or "(" in told or ")" in told else _digest(f"text {told}")


def choice_key(address_id: str) -> bytes:
    """Return the key of an address of the list that somebody may choose."""
    return _digest(f"id {address_id}")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def dictionary_of(pages: Iterable[str]) -> bytes:
    """Return what pages of a language have in common, for their packing.

    Parameters
    ----------
    pages
        Some of them, as different as they come.
    """
    return b"".join(page.encode() for page in pages)[-DICTIONARY:]


def packed(page: str, dictionary: bytes) -> bytes:
    """Pack a page.

    Parameters
    ----------
    page
        The page.
    dictionary
        That of its language.
    """
    packer = zlib.compressobj(zdict=dictionary)
    return packer.compress(page.encode()) + packer.flush()


@dataclass(frozen=True)
class Packed:
    """The packed pages of one language.

    Parameters
    ----------
    dictionary
        With which they were packed.
    pages
        One for each answer.
    """

    dictionary: bytes
    pages: Sequence[bytes]


def write_answers(file: Path, keys: Mapping[bytes, int], languages: Mapping[str, Packed]) -> None:
    """Write answers; nobody finds them before all is written.

    Parameters
    ----------
    file
        Where the index goes; the pages go beside it.
    keys
        Number of the answer of each key.
    languages
        The answers by language.

    Raises
    ------
    StorageError
        The files cannot be written.
    """
    order = sorted(keys)
    halves = np.frombuffer(b"".join(order), dtype=_HALF).reshape(-1, 2).astype(np.uint64)
    index: dict[str, NDArray[Any]] = {
        "first": np.ascontiguousarray(halves[:, 0]),
        "second": np.ascontiguousarray(halves[:, 1]),
        _PAGE_OF: np.array([keys[key] for key in order], dtype=np.uint32),
    }
    at = 0
    for language, told in languages.items():
        ends = np.cumsum([at, *map(len, told.pages)], dtype=np.uint64)
        dictionary = np.frombuffer(told.dictionary, dtype=np.uint8)
        index |= {_ends(language): ends, _dictionary(language): dictionary}
        at = int(ends[-1])
    # the index is written last: without it nobody looks for the pages
    with whole_file(pages_of(file)) as out:
        for told in languages.values():
            out.writelines(told.pages)
    facts = {"format": FORMAT, "languages": sorted(languages), _SIZE: at, _SUM: _sum(index)}
    write_arrays(file, index, facts=facts)


def pages_of(file: Path) -> Path:
    """Return where the pages of an index are."""
    return file.with_suffix(PAGES_SUFFIX)


class AnswersFile:
    """Answers that were written ahead.

    Parameters
    ----------
    file
        Written by `write_answers`.

    Raises
    ------
    StorageError
        The files cannot be read, are none of these or damaged.
    """

    def __init__(self, file: Path) -> None:
        index, facts = read_arrays(file)
        if facts.get("format") != FORMAT or facts.get(_SUM) != _sum(index):
            raise StorageError("geocode.NO_INDEX", file=file.name)
        self._first, self._second = index["first"], index["second"]
        self._page_of = index[_PAGE_OF]
        self._told = {
            language: (index[_dictionary(language)].tobytes(), index[_ends(language)])
            for language in facts["languages"]
        }
        self.pages_file = pages_of(file)
        self._pages = _opened(self.pages_file, size=facts[_SIZE])
        weakref.finalize(self, os.close, self._pages)

    def __len__(self) -> int:
        """Return how many answers there are."""
        return max((len(ends) - 1 for _, ends in self._told.values()), default=0)

    def page(self, key: bytes, language: str) -> bytes | None:
        """Return the answer to what was asked, in UTF-8; None where none was written.

        Parameters
        ----------
        key
            See `text_key` and `choice_key`.
        language
            Of the page.

        Raises
        ------
        StorageError
            The page is damaged.
        """
        told = self._told.get(language)
        number = self._number(key)
        if told is None or number is None:
            return None
        dictionary, ends = told
        first, end = int(ends[number]), int(ends[number + 1])
        try:
            return _unpacked(os.pread(self._pages, end - first, first), dictionary)
        except (OSError, zlib.error) as error:
            raise StorageError("geocode.NO_INDEX", file=language) from error

    def _number(self, key: bytes) -> int | None:
        first, second = (int.from_bytes(key[at : at + 8], "big") for at in (0, 8))
        at = int(self._first.searchsorted(np.uint64(first)))
        while at < len(self._first) and int(self._first[at]) == first:
            if int(self._second[at]) == second:
                return int(self._page_of[at])
            at += 1
        return None


def _unpacked(page: bytes, dictionary: bytes) -> bytes:
    """Return a page that `packed` has packed.

    `zlib` would compute the checksum of the dictionary for each page, which takes as long as
    unpacking one. So it is given what is between the head and the page's own checksum (RFC 1950,
    2.2), and that is computed here.

    Raises
    ------
    zlib.error
        It is damaged.
    """
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS, zdict=dictionary)
    whole = unpacker.decompress(page[_HEAD:-_CHECKSUM])
    if zlib.adler32(whole).to_bytes(_CHECKSUM, "big") != page[-_CHECKSUM:]:
        raise zlib.error
    return whole


def _ends(language: str) -> str:
    return f"{language}.ends"


def _dictionary(language: str) -> str:
    return f"{language}.dictionary"


def _opened(pages: Path, *, size: int) -> int:
    """Return the open file of the pages; workers may share it, since none moves its place."""
    try:
        opened = os.open(pages, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise StorageError("geocode.NOT_READ", file=pages.name, reason=os_reason(error)) from error
    if os.fstat(opened).st_size != size:
        os.close(opened)
        raise StorageError("geocode.NO_INDEX", file=pages.name)
    return opened


def _sum(index: Mapping[str, NDArray[Any]]) -> str:
    """Return a digest of the index; each of the pages has a sum of its own."""
    total = hashlib.blake2b(digest_size=KEY_BYTES)
    for name in sorted(index):
        total.update(name.encode() + index[name].tobytes())
    return total.hexdigest()
