"""The geocoder of Tianditu (天地图), which geopy does not bring.

Its points are CGCS2000, which differs from WGS 84 by less than anybody can measure on a street.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from geopy.exc import GeocoderParseError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

DOMAIN = "api.tianditu.gov.cn"
MOST_LAT, MOST_LON = 90.0, 180.0
FOUND, NOTHING_FOUND = "0", "101"


class Tianditu(Geocoder):  # type: ignore[misc]  # geopy has no types
    """Addresses to points by Tianditu.

    Parameters
    ----------
    api_key
        Key of the bureau (tk), of the kind for servers.
    domain
        Host of the service.
    options
        Those of every geocoder of geopy: `scheme`, `timeout`, `user_agent`, `adapter_factory` …
    """

    def __init__(self, api_key: str, *, domain: str = DOMAIN, **options: Any) -> None:
        super().__init__(**options)
        self._key = api_key
        self._address = f"{self.scheme}://{domain.strip('/')}/geocoder"

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """Return a place, or a list of one if not `exactly_one`; None where nothing is found.

        Parameters
        ----------
        query
            The address.
        exactly_one
            The service names one place at most.
        timeout
            Seconds to wait.

        Raises
        ------
        GeocoderServiceError
            The service does not answer, or refuses.
        """
        asked = json.dumps({"keyWord": query}, ensure_ascii=False, separators=(",", ":"))
        url = f"{self._address}?{urlencode({'ds': asked, 'tk': self._key})}"
        # the address of the request holds the key: it is never logged

        def parse(answer: Any) -> Any:
            place = _place(answer)
            return place if exactly_one or place is None else [place]

        return self._call_geocoder(url, parse, timeout=timeout)


def _place(answer: Any) -> Location | None:
    """Return the place of an answer.

    Raises
    ------
    GeocoderParseError
        The answer is none, or only says that something is wrong.
    """
    if not isinstance(answer, dict):
        raise GeocoderParseError("no answer of Tianditu")
    status = str(answer.get("status"))
    if status == NOTHING_FOUND:
        return None
    if status != FOUND:
        raise GeocoderParseError(status)
    found = answer.get("location")
    if not found:
        return None
    lat, lon = float(found["lat"]), float(found["lon"])
    if not (abs(lat) <= MOST_LAT and abs(lon) <= MOST_LON):
        raise GeocoderParseError(status)
    said = str(found.get("keyWord") or found.get("level") or "")
    return Location(said, (lat, lon), answer)
