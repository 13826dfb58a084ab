"""What can go wrong on the web side, and the one table from errors to HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import (
    InfeasibleError,
    InputError,
    MissingStepError,
    SettingsError,
    StorageError,
    ZoningError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.notice import Refusal


class PlanNotFoundError(ZoningError):
    """No plan has this id, or the study has none yet."""

    exit_code = 4


class PlanAmbiguousError(ZoningError):
    """Several plans begin with the given letters."""

    exit_code = 4


class PlanUnreadableError(StorageError):
    """A plan file is damaged, or is no plan file."""


class VersionNotFoundError(ZoningError):
    """No version has this id."""

    exit_code = 4


class DatabaseError(StorageError):
    """The database cannot be reached, or is not one of this program."""


class NotAcceptedError(ZoningError):
    """Answers would change for another reason than the plan, and nobody has said yes to that."""

    exit_code = 11


class PublishedMeanwhileError(ZoningError):
    """Another publication was quicker, or comes before this one; nothing was published."""

    exit_code = 12


class CaseNotFoundError(ZoningError):
    """There is no such case."""

    exit_code = 4


class StepRefusedError(ZoningError):
    """A step of a case is not lawful; `refusals` holds every reason."""

    exit_code = 11

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("bureau.REFUSED", count=len(refusals))
        self.refusals = tuple(refusals)


class CaseMovedError(ZoningError):
    """Somebody else has done something in the case meanwhile; nothing was done."""

    exit_code = 12


class CaseNeededError(ZoningError):
    """A version that is not the first of its stage needs a decided case."""

    exit_code = 11


class NoApprovalError(ZoningError):
    """Maps would go to the public without an approval number (审图号) or a recorded exemption."""

    exit_code = 16


class OutsideUrlError(ZoningError):
    """A page would have asked another machine for something."""


HTTP_STATUS: dict[type[ZoningError], int] = {
    PlanNotFoundError: 404,
    PlanAmbiguousError: 404,
    PlanUnreadableError: 500,
    VersionNotFoundError: 404,
    DatabaseError: 503,
    NotAcceptedError: 409,
    PublishedMeanwhileError: 409,
    CaseNotFoundError: 404,
    StepRefusedError: 409,
    CaseMovedError: 409,
    CaseNeededError: 409,
    NoApprovalError: 409,
    OutsideUrlError: 500,
    MissingStepError: 404,
    InputError: 422,
    SettingsError: 500,
    StorageError: 503,
    InfeasibleError: 409,
    ZoningError: 500,
}


def http_status(error: ZoningError) -> int:
    """Return the HTTP status of an error: that of its nearest ancestor in `HTTP_STATUS`."""
    return next(HTTP_STATUS[kind] for kind in type(error).__mro__ if kind in HTTP_STATUS)
