"""A finding: one fault in one place of one input, said so that an officer can mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_KEY = "_key"


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One fault of an input.

    Parameters
    ----------
    code
        Message in the catalogue, "<area>.<CODE>"; it has the parts `text` and `fix`.
    severity
        Errors stop the road, warnings stop it under `--strict`.
    file, sheet, row, column
        Where: file name inside the study, sheet or layer, row as the officer sees it in the
        spreadsheet (the header included, counted from 1), column as written there.
    value
        What stood there, shortened; empty where the value must not be repeated.
    params
        Values for the placeholders of the message. A name that ends in `_key` holds the key of a
        text of the catalogue instead: it fills the placeholder without that ending.
    """

    code: str
    severity: Severity
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """Say what is wrong."""
        return text(self.code, language, self._said(language))

    def fix(self, language: str) -> str:
        """Say what to do about it."""
        return text(self.code, language, self._said(language), part="fix")

    def _said(self, language: str) -> dict[str, object]:
        """Return the values for the placeholders, words of the catalogue in the language."""
        words = {
            name.removesuffix(_KEY): text(str(value), language)
            for name, value in self.params.items()
            if name.endswith(_KEY)
        }
        return {**self.params, **words}


def has_errors(findings: Iterable[Finding], *, strict: bool = False) -> bool:
    """Tell whether the findings stop the road; `strict` lets warnings stop it too."""
    stopping = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(finding.severity in stopping for finding in findings)


def finding_records(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as plain values for JSON; `findings_of_records` reads them back."""
    return [
        {**finding.__dict__, "severity": finding.severity.value, "params": dict(finding.params)}
        for finding in findings
    ]


def findings_of_records(records: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Return the findings of what `finding_records` made."""
    return tuple(
        Finding(**{**record, "severity": Severity(record["severity"])}) for record in records
    )
