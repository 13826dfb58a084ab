"""Slips: what a look-up said, signed, so that anyone can verify it. Nothing of them is stored."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer

from zoning.geocode.text import plain
from zoning.lookup.answers import School, served_of

if TYPE_CHECKING:
    from zoning.lookup.answers import Answer

_SALT = "slip-2"
_DIGEST_LETTERS = 32
# as many letters of a geocoder's name as people are shown
GEOCODER_LETTERS = 14
# a code that is longer was not made here
LONGEST = 2000


@dataclass(frozen=True)
class Slip:
    """What a slip says.

    Parameters
    ----------
    kind
        Which answer it was; `zoning.lookup.answers.Kind`.
    stage
        Value of `zoning.settings.Stage`.
    schools
        Schools that were named.
    school_year
        First school year of the plan.
    plan_id
        The plan.
    version_id
        By which it was published; empty for a draft.
    data_date
        As of when the data are; None where that is not said.
    geocoder
        The first letters of what tells one geocoder from another.
    day
        When it was asked.
    pinch, address
        Random letters, and the keyed digest of them with the address.
    """

    kind: str
    stage: str
    schools: tuple[School, ...]
    school_year: int
    plan_id: str
    version_id: str
    data_date: datetime.date | None
    geocoder: str
    day: datetime.date
    pinch: str
    address: str


@dataclass(frozen=True)
class Slips:
    """Makes and verifies slips.

    Parameters
    ----------
    key
        The server's signing key.
    """

    key: str

    def issue(self, answer: Answer, *, day: datetime.date) -> Slip | None:
        """Put an answer on a slip.

        Parameters
        ----------
        answer
            The answer.
        day
            Today.

        Returns
        -------
        None where the answer names no school for an address of the list.
        """
        served, version = served_of(answer), answer.about.version
        if served is None or version is None or not served.listed or not served.schools:
            return None
        assert served.place is not None
        pinch = secrets.token_urlsafe(6)
        return Slip(
            kind=answer.kind.value,
            stage=answer.about.stage,
            schools=served.schools,
            school_year=version.school_year,
            plan_id=version.plan_id,
            version_id=version.version_id,
            data_date=answer.about.data_date,
            geocoder=answer.about.geocoder[:GEOCODER_LETTERS],
            day=day,
            pinch=pinch,
            address=self._digest(pinch, served.place.text),
        )

    def sign(self, slip: Slip) -> str:
        """Return a slip as letters that nobody else can make."""
        schools = [[school.school_id, school.name] for school in slip.schools]
        data_date = slip.data_date.isoformat() if slip.data_date else ""
        return self._serializer().dumps(
            [
                slip.kind, slip.stage, schools, slip.school_year, slip.plan_id, slip.version_id,
                data_date, slip.geocoder, slip.day.isoformat(), slip.pinch, slip.address,
            ]
        )  # fmt: skip

    def verify(self, code: str) -> Slip | None:
        """Return what a signed slip says; None where it was not signed with this key."""
        if len(code) > LONGEST:
            return None
        try:
            return _slip(self._serializer().loads(code))
        except BadData:
            return None

    def is_for(self, slip: Slip, address: str) -> bool:
        """Tell whether a slip is for an address, as it is written on it."""
        return hmac.compare_digest(slip.address, self._digest(slip.pinch, address))

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.key, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256}
        )

    def _digest(self, pinch: str, address: str) -> str:
        said = "".join(plain(address).text.split())
        message = f"{_SALT}\n{pinch}\n{said}".encode()
        return hmac.digest(self.key.encode(), message, "sha256").hex()[:_DIGEST_LETTERS]


def _slip(values: list[Any]) -> Slip:
    (
        kind, stage, schools, year, plan_id, version_id, data_date, geocoder, day, pinch, address,
    ) = values  # fmt: skip
    return Slip(
        kind=kind,
        stage=stage,
        schools=tuple(School(key, name) for key, name in schools),
        school_year=year,
        plan_id=plan_id,
        version_id=version_id,
        data_date=datetime.date.fromisoformat(data_date) if data_date else None,
        geocoder=geocoder,
        day=datetime.date.fromisoformat(day),
        pinch=pinch,
        address=address,
    )
