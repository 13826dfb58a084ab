"""What can go wrong, as few classes: each names a catalogue message and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ZoningError(Exception):
    """A fault that an officer can act on.

    Parameters
    ----------
    key
        Message in the catalogue, "<area>.<CODE>".
    params
        Values for the placeholders of that message.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(f"{key} {params}" if params else key)


class SettingsError(ZoningError):
    """`study.toml` cannot be used; `faults` holds every fault found in it."""

    exit_code = 2

    def __init__(self, key: str, *, faults: Sequence[object] = (), **params: object) -> None:
        super().__init__(key, **params)
        self.faults = tuple(faults)


class InputError(ZoningError):
    """Inputs were refused; `findings` holds every finding, not only the first."""

    exit_code = 3

    def __init__(self, key: str, *, findings: Sequence[object] = (), **params: object) -> None:
        super().__init__(key, **params)
        self.findings = tuple(findings)


class MissingStepError(ZoningError):
    """What is asked for is not there: an earlier step, a plan, or what a name should mean."""

    exit_code = 4


class AmbiguousError(MissingStepError):
    """A name means several things; `matches` holds them as plain values."""

    def __init__(
        self, key: str, *, matches: Sequence[Mapping[str, object]], **params: object
    ) -> None:
        super().__init__(key, **params)
        self.matches = tuple(matches)


class StorageError(ZoningError):
    """Something could not be written or read; what was there before is untouched."""

    exit_code = 5


class OfflineError(ZoningError):
    """The internet is needed and cannot be reached."""

    exit_code = 8


class InfeasibleError(ZoningError):
    """No plan can exist under the rules; the message names the smallest reason found."""

    exit_code = 6
