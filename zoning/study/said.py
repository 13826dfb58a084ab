"""What a text says that somebody asks about in a study, read once for all that look at it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.geocode.match import Question
from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.geocode.recording import make_record
from zoning.geocode.text import plain
from zoning.study.by_parts import Parts, cut_parts, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.geocode.admin import Divisions
    from zoning.geocode.model import Address
    from zoning.geocode.record import Record

_BRACKETS = re.compile(r"[()（）\[\]【】〔〕]")
# what may follow the name of a compound and belongs to it
_WITHIN = frozenset({Kind.PHASE, Kind.BUILDING, Kind.UNIT, Kind.FLOOR, Kind.ROOM})


@dataclass(frozen=True)
class Said:
    """A text and what it says.

    Parameters
    ----------
    text, plain
        As it was written, and in its one form.
    address
        Its components.
    record
        What the geocoder reads in it.
    parts
        Its parts, those in brackets like all others: 红旗村（三组）.
    question
        What the geocoder is asked.
    """

    text: str
    plain: str
    address: Address
    record: Record
    parts: Parts
    question: Question


def question_about(text: str, *, read: Record | None = None) -> Question:
    """Return a text as a question: whatever it names, it is one text.

    Parameters
    ----------
    text
        The text.
    read
        What `make_record` says of it, where it was read before.
    """
    return Question(address=text, read=read)


def read_text(text: str, *, divisions: Divisions) -> Said:
    """Read a text; never raises, whatever it is."""
    address = parse(text, divisions=divisions)
    record = make_record("", text, divisions=divisions, parsed=address)
    bare = _BRACKETS.sub("", text)
    if bare == text:
        parts = cut_parts(address, record, divisions=divisions)
    else:
        parts = parts_of(bare, divisions=divisions)
    return Said(text, address.text, address, record, parts, question_about(text, read=record))


def with_name_apart(said: Said, *, divisions: Divisions) -> Said | None:
    """Return a text read once more where its road looks like a name: 长源项144号2栋碧柏小区.

    The name at its end is the compound, the one right before a number a road with a slip. None
    where it is not so.
    """
    items = said.address.components
    named = [at for at, item in enumerate(items) if item.kind is Kind.COMPOUND]
    if len(named) != 2 or any(item.kind not in _WITHIN for item in items[named[1] + 1 :]):
        return None
    road, number, name = items[named[0]], items[named[0] + 1], items[named[1]]
    if number.kind is not Kind.NUMBER:
        return None
    before, after = said.text[: road.start], said.text[number.end : name.start]
    where = parts_of(before + after, divisions=divisions)
    called = parts_of(said.text[name.start :], divisions=divisions)
    if where.names or where.doors or not called.names:
        return None
    parts = replace(where, names=called.names, building=where.building or called.building)
    question = Question(said.text[name.start :], said.text[: name.start])
    return replace(said, parts=parts, question=question)


def row_text(words: Mapping[str, str], *, name: str) -> str:
    """Return a row of the bureau's table as somebody would write it, nothing said twice.

    Parameters
    ----------
    words
        division, community, road and number.
    name
        What the row is called.
    """
    where = words["division"] + words["community"] + words["road"] + words["number"]
    if plain(name).text in plain(where).text:
        return where
    # 白碱村 and 白碱村3组 are 白碱村3组
    shared = next(size for size in range(len(name), -1, -1) if where.endswith(name[:size]))
    return where + name[shared:]
