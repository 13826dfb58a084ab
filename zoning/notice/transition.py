"""Which school an address has in a year while a change comes into force."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.notice.model import Scheduled


def schools_in(
    version: Scheduled, *, year: int, before: Sequence[str], after: Sequence[str]
) -> tuple[str, ...]:
    """Return the schools of an address for children who enter in a school year.

    Parameters
    ----------
    version
        The version that comes into force, with its rules of transition.
    year
        School year, by the calendar year in which it begins.
    before, after
        Schools of the address under today's zones and under the version.
    """
    if year in version.transition.dual_years:
        return tuple(sorted({*before, *after}))
    return tuple(sorted(before if year < version.effective.year else after))


def schools_of_child(
    version: Scheduled,
    *,
    schools: Sequence[str],
    enrolled_at: str = "",
    sibling_at: str = "",
) -> tuple[str, ...]:
    """Return the schools that a child may attend, asked without keeping anything.

    Parameters
    ----------
    version
        The version that comes into force.
    schools
        Schools of the address in that year, as `schools_in` says.
    enrolled_at
        School where the child already is; empty for one who enters.
    sibling_at
        School where a brother or sister is; empty for none.
    """
    if enrolled_at and version.transition.enrolled_stay:
        return (enrolled_at,)
    if sibling_at and version.transition.siblings_follow:
        return tuple(sorted({*schools, sibling_at}))
    return tuple(sorted(schools))
