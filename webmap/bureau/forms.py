"""Forms made of the acts themselves: each field of the value becomes a control, and back."""

from __future__ import annotations

import dataclasses
import itertools
import types
from dataclasses import MISSING, dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from webmap.services.attachments import Attachment
from zoning.notice.model import Evidence, Fact, RiskKind, RiskPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from werkzeug.datastructures import FileStorage, MultiDict

LONG = frozenset(
    "text reason findings measures answer risk_summary transition siblings valid_opinion"
    " answers_published privacy basis short_reason nothing_moves map_exemption period".split()
)
CELLS = "|"
YES = ("1", "yes", "是", "同意", "true")


@dataclass(frozen=True)
class Control:
    """One control of a form.

    Parameters
    ----------
    name
        Name in the form: the way to the field, such as "trigger.reason".
    field
        The last part of it, by which the catalogue has its label.
    kind
        line, text, number, day, moment, check, choice, file, files, lines, table, heading, or
        hidden and reason: a name that is given, and what is written for it.
    value
        What stands in it.
    options
        (value, key of the catalogue or None) of a choice, and of the words that a table knows.
    columns
        Fields of the rows of a table.
    said
        The name that a reason is for.
    needed
        Whether it has to be filled in.
    """

    name: str
    field: str
    kind: str
    value: str = ""
    options: tuple[tuple[str, str | None], ...] = ()
    columns: tuple[str, ...] = ()
    needed: bool = False
    said: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field: its name, and a key of the catalogue."""

    field: str
    key: str


@dataclass(frozen=True)
class Sent:
    """What a form has sent.

    Parameters
    ----------
    fields, files
        Fields and files by their names.
    zone
        Time zone of the bureau, in which moments are written.
    """

    fields: MultiDict[str, str]
    files: MultiDict[str, FileStorage]
    zone: str


@dataclass(frozen=True)
class Read:
    """A form that was read: the value, or faults; and the files that belong to it."""

    value: Any
    faults: tuple[Fault, ...]
    files: tuple[Attachment, ...]


def controls(
    kind: type[Any],
    *,
    given: Mapping[str, Any],
    start: Any = None,
    choices: Mapping[str, Sequence[str]],
    prefix: str = "",
) -> Iterator[Control]:
    """Make the controls of a value.

    Parameters
    ----------
    kind
        Its class.
    given
        Fields that are computed, by their way: they get no control.
    start
        What stands in the form at first; None leaves it empty.
    choices
        Possible values of fields that have a list, by their way.
    prefix
        Way to the value; empty for the act itself.
    """
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        way = f"{prefix}{item.name}"
        if way in given:
            continue
        hint = hints[item.name]
        value = None if start is None else getattr(start, item.name)
        needed = item.default is MISSING and item.default_factory is MISSING
        if way in choices:
            options = tuple((word, None) for word in choices[way])
            said = value or next(iter(choices[way]), "")
            yield Control(way, item.name, "choice", str(said), options, needed=needed)
        elif hint == tuple[RiskPart, ...]:
            yield from _risk_parts(way, value)
        elif hint == tuple[Fact, ...]:
            yield from _reasons(way, item.name, value)
        elif dataclasses.is_dataclass(hint) and hint is not Evidence:
            yield Control(way, item.name, "heading")
            inner: Any = hint
            yield from controls(inner, given=given, start=value, choices=choices, prefix=f"{way}.")
        else:
            yield _control(way, item.name, hint, value, needed=needed)


def _risk_parts(way: str, value: Any) -> Iterator[Control]:
    known = {part.kind: part for part in value or ()}
    for kind in RiskKind:
        yield Control(f"{way}.{kind}", f"RISK_{kind}", "heading")
        yield from controls(
            RiskPart,
            given={f"{way}.{kind}.kind": kind},
            start=known.get(kind),
            choices={},
            prefix=f"{way}.{kind}.",
        )


def _reasons(way: str, name: str, value: Any) -> Iterator[Control]:
    """Yield a control for the value of each fact, whose name is given."""
    if value:
        yield Control(way, name, "heading")
    for at, fact in enumerate(value or ()):
        yield Control(f"{way}.{at}.name", name, "hidden", fact.name)
        yield Control(f"{way}.{at}.value", name, "reason", fact.value, needed=True, said=fact.name)


def _control(way: str, name: str, hint: Any, value: Any, *, needed: bool) -> Control:
    plain = _without_none(hint)
    if get_origin(plain) is tuple:
        return _several(way, name, get_args(plain)[0], value, needed=needed)
    if plain is bool:
        return Control(way, name, "check", "1" if value is None or value else "")
    if isinstance(plain, type) and issubclass(plain, Enum):
        options = tuple((str(one.value), f"{plain.__name__}_{one.value}") for one in plain)
        return Control(way, name, "choice", _said(value), options, needed=True)
    kinds: dict[Any, str] = {int: "number", date: "day", datetime: "moment", Evidence: "file"}
    simple = "text" if name in LONG else "line"
    kind = kinds.get(plain, simple)
    said = "" if kind == "file" else _said(value)
    return Control(way, name, kind, said, needed=needed and plain is hint)


def _several(way: str, name: str, inner: Any, value: Any, *, needed: bool) -> Control:
    rows = value or ()
    if inner is Evidence:
        return Control(way, name, "files", needed=needed)
    if dataclasses.is_dataclass(inner):
        columns = tuple(item.name for item in dataclasses.fields(inner))
        lines = (
            f" {CELLS} ".join(_said(getattr(row, column)) for column in columns) for row in rows
        )
        known = tuple(_table_words(inner))
        return Control(way, name, "table", "\n".join(lines), known, columns)
    if get_origin(inner) is tuple:
        lines = (" ".join(map(str, row)) for row in rows)
        return Control(way, name, "lines", "\n".join(lines))
    return Control(way, name, "lines", "\n".join(_said(row) for row in rows))


def _table_words(inner: Any) -> Iterator[tuple[str, str]]:
    """Yield the words that columns with a list take, with their keys in the catalogue."""
    hints = get_type_hints(inner)
    for item in dataclasses.fields(inner):
        hint = hints[item.name]
        if isinstance(hint, type) and issubclass(hint, Enum):
            yield from ((str(one.value), f"{hint.__name__}_{one.value}") for one in hint)


def read_form(kind: type[Any], sent: Sent, *, given: Mapping[str, Any]) -> Read:
    """Make a value of what a form has sent.

    Parameters
    ----------
    kind
        Its class.
    sent
        The form.
    given
        Fields that are computed, by their way.
    """
    faults: list[Fault] = []
    files: list[Attachment] = []
    value = _Reader(sent, given, faults, files).value(kind, "")
    return Read(value, tuple(faults), tuple(files))


@dataclass(frozen=True)
class _Reader:
    """Reads the fields of one form; faults and files are collected on the way."""

    sent: Sent
    given: Mapping[str, Any]
    faults: list[Fault]
    files: list[Attachment]

    def value(self, kind: type[Any], prefix: str) -> Any:
        hints = get_type_hints(kind)
        fields = {}
        for item in dataclasses.fields(kind):
            way = f"{prefix}{item.name}"
            if way in self.given:
                fields[item.name] = self.given[way]
                continue
            fields[item.name] = self._field(way, item.name, hints[item.name])
        return kind(**fields)

    def _field(self, way: str, name: str, hint: Any) -> Any:
        plain = _without_none(hint)
        if hint == tuple[RiskPart, ...]:
            return tuple(
                _Reader(
                    self.sent, {**self.given, f"{way}.{kind}.kind": kind}, self.faults, self.files
                ).value(RiskPart, f"{way}.{kind}.")
                for kind in RiskKind
            )
        if plain is Evidence:
            found = self._files(way)
            return found[0] if found else (None if plain is not hint else Evidence("", ""))
        if hint == tuple[Fact, ...]:
            return tuple(self._reasons(way))
        if get_origin(plain) is tuple:
            return self._several(way, name, get_args(plain)[0])
        if dataclasses.is_dataclass(plain) and isinstance(plain, type):
            return self.value(plain, f"{way}.")
        said = self.sent.fields.get(way, "").replace("\r\n", "\n").strip()
        if not said and plain is not hint:
            return None
        return self._plain(said, name, plain)

    def _several(self, way: str, name: str, inner: Any) -> Any:
        if inner is Evidence:
            return tuple(self._files(way))
        said = self.sent.fields.get(way, "").replace("\r\n", "\n")
        lines = [line.strip() for line in said.split("\n") if line.strip()]
        if dataclasses.is_dataclass(inner):
            rows = [self._row(line, name, inner) for line in lines]
            return tuple(row for row in rows if row is not None)
        if get_origin(inner) is tuple:
            return tuple(
                tuple(self._plain(word, name, int) for word in line.replace(",", " ").split())
                for line in lines
            )
        if inner is int:
            words = [word for line in lines for word in line.replace(",", " ").split()]
            return tuple(self._plain(word, name, int) for word in words)
        return tuple(lines)

    def _reasons(self, way: str) -> Iterator[Fact]:
        for at in itertools.count():
            name = self.sent.fields.get(f"{way}.{at}.name")
            if name is None:
                return
            said = self.sent.fields.get(f"{way}.{at}.value", "").replace("\r\n", "\n")
            yield Fact(name, said.strip())

    def _row(self, line: str, name: str, inner: Any) -> Any:
        hints = get_type_hints(inner)
        cells = [cell.strip() for cell in line.replace("\t", CELLS).split(CELLS)]
        fields = dataclasses.fields(inner)
        least = sum(1 for item in fields if item.default is MISSING)
        if not least <= len(cells) <= len(fields):
            self.faults.append(Fault(name, "bureau.FAULT_COLUMNS"))
            return None
        return inner(
            **{
                item.name: self._plain(cell, name, hints[item.name])
                for item, cell in zip(fields, cells, strict=False)
            }
        )

    def _plain(self, said: str, name: str, plain: Any) -> Any:
        if plain is bool:
            return said.lower() in YES
        readers: dict[Any, tuple[Callable[[str], Any], str]] = {
            int: (int, "bureau.FAULT_NUMBER"),
            date: (date.fromisoformat, "bureau.FAULT_DAY"),
            datetime: (self._moment, "bureau.FAULT_DAY"),
        }
        reader, key = readers.get(plain, (plain, "bureau.FAULT_CHOICE"))
        try:
            return reader(said)
        except ValueError:
            self.faults.append(Fault(name, key))
            return None

    def _moment(self, said: str) -> datetime:
        return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(self.sent.zone))

    def _files(self, way: str) -> list[Evidence]:
        found = []
        for file in self.sent.files.getlist(way):
            content = file.read()
            if not content:
                continue
            name = (file.filename or "file").replace("\\", "/").rpartition("/")[2]
            kept = Attachment(name, file.mimetype or "application/octet-stream", content)
            self.files.append(kept)
            found.append(kept.evidence)
        return found


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, types.UnionType}:
        return next(item for item in get_args(hint) if item is not type(None))
    return hint


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES[0] if value else "0"
    return str(value.value) if isinstance(value, Enum) else str(value)
