"""Answers that were written ahead, in one file: found by what was asked, each packed by itself.

What is asked is kept as its digest alone. Pages of one language have most of their words in common:
they are packed with a dictionary of a few of them, so that one is unpacked in some ten
microseconds. The file is mapped, so that all workers share it and nothing is read at their start.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.errors import StorageError
from zoning.geocode.store import read_arrays, write_arrays
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# raised when a file is laid out in another way
FORMAT = 1
# as far back as the packing looks
DICTIONARY = 32_768
KEY_BYTES = 16
_HALF = np.dtype(">u8")
_PAGE_OF, _SUM = "page_of", "sum"


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
    """Write answers; what stood there before stays until all is written.

    Parameters
    ----------
    file
        Where to.
    keys
        Number of the answer of each key.
    languages
        The answers by language.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    order = sorted(keys)
    halves = np.frombuffer(b"".join(order), dtype=_HALF).reshape(-1, 2).astype(np.uint64)
    index: dict[str, NDArray[Any]] = {
        "first": np.ascontiguousarray(halves[:, 0]),
        "second": np.ascontiguousarray(halves[:, 1]),
        _PAGE_OF: np.array([keys[key] for key in order], dtype=np.uint32),
    }
    for language, told in languages.items():
        ends = np.cumsum([0, *map(len, told.pages)], dtype=np.uint64)
        index |= {_ends(language): ends, _dictionary(language): _bytes(told.dictionary)}
    pages = {_pages(name): _bytes(b"".join(told.pages)) for name, told in languages.items()}
    facts = {"format": FORMAT, "languages": sorted(languages), _SUM: _sum(index)}
    write_arrays(file, index | pages, facts=facts)


class AnswersFile:
    """Answers that were written ahead.

    Parameters
    ----------
    file
        Written by `write_answers`.

    Raises
    ------
    StorageError
        The file cannot be read, is none of these or damaged.
    """

    def __init__(self, file: Path) -> None:
        arrays, facts = read_arrays(file)
        languages = facts.get("languages", [])
        pages = {_pages(language) for language in languages}
        index = {name: array for name, array in arrays.items() if name not in pages}
        if facts.get("format") != FORMAT or facts.get(_SUM) != _sum(index):
            raise StorageError("geocode.NO_INDEX", file=file.name)
        self._first, self._second = arrays["first"], arrays["second"]
        self._page_of = arrays[_PAGE_OF]
        self._told = {
            language: (
                arrays[_dictionary(language)].tobytes(),
                arrays[_ends(language)],
                memoryview(arrays[_pages(language)].data),
            )
            for language in languages
        }

    def __len__(self) -> int:
        """Return how many answers there are."""
        return max((len(ends) - 1 for _, ends, _ in self._told.values()), default=0)

    def page(self, key: bytes, language: str) -> str | None:
        """Return the answer to what was asked; None where none was written.

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
        dictionary, ends, pages = told
        unpacker = zlib.decompressobj(zdict=dictionary)
        try:
            return unpacker.decompress(pages[int(ends[number]) : int(ends[number + 1])]).decode()
        except (zlib.error, UnicodeDecodeError) as error:
            raise StorageError("geocode.NO_INDEX", file=language) from error

    def _number(self, key: bytes) -> int | None:
        first, second = (int.from_bytes(key[at : at + 8], "big") for at in (0, 8))
        at = int(self._first.searchsorted(np.uint64(first)))
        while at < len(self._first) and int(self._first[at]) == first:
            if int(self._second[at]) == second:
                return int(self._page_of[at])
            at += 1
        return None


def _ends(language: str) -> str:
    return f"{language}.ends"


def _dictionary(language: str) -> str:
    return f"{language}.dictionary"


def _pages(language: str) -> str:
    return f"{language}.pages"


def _bytes(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, dtype=np.uint8)


def _sum(index: Mapping[str, NDArray[Any]]) -> str:
    """Return a digest of all but the pages, each of which has a sum of its own."""
    total = hashlib.blake2b(digest_size=KEY_BYTES)
    for name in sorted(index):
        total.update(name.encode() + index[name].tobytes())
    return total.hexdigest()
