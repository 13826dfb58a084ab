"""Answers in one file: each found by what was asked, and none where it is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmap.services.answers_file import (
    AnswersFile,
    Packed,
    choice_key,
    dictionary_of,
    packed,
    pages_of,
    text_key,
    write_answers,
)
from zoning.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

PAGES = {"zh-CN": ["<p>第一小学</p>", "<p>第二小学</p>"], "en": ["<p>First</p>", "<p>Second</p>"]}


def written(folder: Path, keys: dict[bytes, int]) -> Path:
    languages = {}
    for language, pages in PAGES.items():
        dictionary = dictionary_of(pages)
        languages[language] = Packed(dictionary, [packed(page, dictionary) for page in pages])
    write_answers(folder / "answers.bin", keys, languages)
    return folder / "answers.bin"


def key(text: str) -> bytes:
    found = text_key(text)
    assert found is not None
    return found


def test_an_answer_is_found_by_what_was_asked(tmp_path: Path) -> None:
    keys = {key("延安路1号"): 0, key("幸福小区"): 0, choice_key("D2"): 1}
    answers = AnswersFile(written(tmp_path, keys))
    assert len(answers) == 2
    for language, pages in PAGES.items():
        first, second = (page.encode() for page in pages)
        assert answers.page(key("延安路1号"), language) == first
        assert answers.page(key("幸福小区"), language) == first
        assert answers.page(choice_key("D2"), language) == second
        assert answers.page(key("D2"), language) is None
        assert answers.page(key("延安路2号"), language) is None
    assert answers.page(key("幸福小区"), "fr") is None


def test_keys_with_the_same_beginning_are_told_apart(tmp_path: Path) -> None:
    one, other, third = (b"12345678" + end * 8 for end in (b"a", b"b", b"c"))
    answers = AnswersFile(written(tmp_path, {one: 0, other: 1}))
    assert answers.page(one, "en") == PAGES["en"][0].encode()
    assert answers.page(other, "en") == PAGES["en"][1].encode()
    assert answers.page(third, "en") is None


def test_texts_that_are_written_alike_have_one_key() -> None:
    assert text_key("延安路１２号 ") == text_key("延安路12号") == text_key("延安路12號")
    assert text_key("延安路12号") != text_key("延安路1号2")
    assert text_key("D2") != choice_key("D2")
    # a bracket may be part of a name or beside it
    assert text_key("幸福小区（二期）") is None
    assert text_key(" ") is None


@given(st.text())
def test_every_text_has_a_key_or_is_asked_anew(text: str) -> None:
    found = text_key(text)
    assert found is None or len(found) == 16


def test_what_was_asked_is_not_in_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, {key("幸福小区"): 0})
    assert "幸福小区".encode() not in file.read_bytes() + pages_of(file).read_bytes()


@pytest.mark.parametrize("harm", ["index", "page", "cut", "gone", "pages cut", "no pages"])
def test_damage_is_noticed(tmp_path: Path, harm: str) -> None:
    file = written(tmp_path, {key("幸福小区"): 0, key("延安路1号"): 1})
    content, pages = bytearray(file.read_bytes()), pages_of(file)
    packed_pages = bytearray(pages.read_bytes())
    if harm == "gone":
        file.unlink()
    elif harm == "no pages":
        pages.unlink()
    elif harm == "cut":
        file.write_bytes(content[:100])
    elif harm == "pages cut":
        pages.write_bytes(packed_pages[:-1])
    elif harm == "index":
        # the halves of the keys begin where the head ends
        content[content.index(key("幸福小区")[7::-1])] ^= 1
        file.write_bytes(content)
    else:
        first = packed(PAGES["en"][0], dictionary_of(PAGES["en"]))
        packed_pages[packed_pages.index(first) + 8] ^= 1
        pages.write_bytes(packed_pages)
    with pytest.raises(StorageError):
        AnswersFile(file).page(key("幸福小区"), "en")
