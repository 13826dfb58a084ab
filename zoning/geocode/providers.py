"""Geocoders on the internet: hints for the review queue, never answers, never for parents.

Nothing here is asked unless a bureau turns it on and installs the extra `online`. Only services
whose points are WGS 84 (or CGCS2000) are known, so that no shifted coordinates can get in.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from zoning.errors import OfflineError, SettingsError, ZoningError
from zoning.geocode.online_cache import OnlineCache
from zoning.geocode.queue import Suggestion
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zoning.geocode.match import Question
    from zoning.geocode.queue import Queue

MOST_SUGGESTIONS = 3
# what the operators of the public servers ask for
PUBLIC_PER_SECOND = 1.0


@dataclass(frozen=True)
class OnlineSettings:
    """How a service may be asked.

    Parameters
    ----------
    cache
        File for what was answered.
    key
        Key of the bureau, where the service wants one; never shown, stored or logged.
    domain
        Host of the bureau's own server; empty for the public one.
    per_second
        Requests a second at most.
    timeout_s
        Seconds to wait for an answer.
    user_agent
        How the program introduces itself; the public servers want to know whom to write to.
    """

    cache: Path
    key: str = field(default="", repr=False)
    domain: str = ""
    per_second: float = PUBLIC_PER_SECOND
    timeout_s: float = 10.0
    user_agent: str = "school-zoning"


class Provider(Protocol):
    """A geocoder on the internet."""

    @property
    def name(self) -> str:
        """Name that its hints carry."""

    def suggest(self, question: Question) -> tuple[Suggestion, ...]:
        """Return where it thinks the place is; the most probable first."""


@dataclass(frozen=True, eq=False)
class Pace:
    """Lets no more than so many requests through in a second.

    Parameters
    ----------
    per_second
        How many.
    clock, sleep
        Those of the system.
    """

    per_second: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: list[float] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        with self._lock:
            now = self.clock()
            begin = max(now, self._next.pop()) if self._next else now
            self._next.append(begin + 1.0 / self.per_second)
        if begin > now:
            self.sleep(begin - now)


@dataclass(frozen=True, eq=False)
class OnlineProvider:
    """A service of geopy behind a cache and a pace.

    Parameters
    ----------
    name
        Name that its hints carry.
    ask
        Returns the places of geopy for a text; None where there are none.
    cache
        What was answered before.
    pace
        How fast it may be asked.
    between
        What stands between city, address and name in a request.
    """

    name: str
    ask: Callable[[str], Any]
    cache: OnlineCache
    pace: Pace
    between: str

    def suggest(self, question: Question) -> tuple[Suggestion, ...]:
        """Return where it thinks the place is; the most probable first.

        Parameters
        ----------
        question
            What is asked; the text is sent to the service.

        Raises
        ------
        OfflineError
            The service cannot be reached or does not answer.
        SettingsError
            It refuses the key.
        StorageError
            The cache cannot be read or written.
        """
        parts = (plain(part).text for part in (question.city, question.address, question.name))
        text = self.between.join(part for part in parts if part)
        if not text:
            return ()
        known = self.cache.get(self.name, text)
        if known is None:
            self.pace.wait()
            known = self._asked(text)
            self.cache.put(self.name, text, known)
        return known

    def _asked(self, text: str) -> tuple[Suggestion, ...]:
        from geopy import exc

        # `from None`: the words of the library may hold the address of the request, and so the key
        try:
            places = self.ask(text) or []
            found = [
                Suggestion(self.name, str(at.address), at.longitude, at.latitude) for at in places
            ]
        except (exc.GeocoderAuthenticationFailure, exc.GeocoderInsufficientPrivileges):
            raise SettingsError("online.KEY_REFUSED", name=self.name) from None
        except exc.GeocoderQuotaExceeded:
            raise OfflineError("online.TOO_MANY", name=self.name) from None
        except (exc.GeocoderParseError, exc.GeocoderQueryError):
            raise OfflineError("online.NO_ANSWER", name=self.name) from None
        except (exc.GeopyError, OSError, HTTPException):
            raise OfflineError("online.NOT_REACHED", name=self.name) from None
        except (LookupError, TypeError, ValueError, AttributeError):
            raise OfflineError("online.NO_ANSWER", name=self.name) from None
        return tuple(found[:MOST_SUGGESTIONS])


def provider(name: str, settings: OnlineSettings, *, adapter: Any = None) -> Provider:
    """Return a service, ready to be asked.

    Parameters
    ----------
    name
        One of `PROVIDERS`.
    settings
        How it may be asked.
    adapter
        Class of geopy that speaks HTTP; None for the usual one.

    Raises
    ------
    SettingsError
        There is no such service, the settings do not fit, or the extra `online` is not installed.
    """
    if name not in PROVIDERS:
        raise SettingsError("online.UNKNOWN", name=name, known="、".join(PROVIDERS))
    for number in (settings.per_second, settings.timeout_s):
        if not 0 < number < math.inf:
            raise SettingsError("online.NO_NUMBER", value=number)
    public = not settings.domain and name != "tianditu"
    if public and settings.per_second > PUBLIC_PER_SECOND:
        raise SettingsError("online.TOO_FAST", name=name, most=PUBLIC_PER_SECOND)
    make, between = PROVIDERS[name]
    options = {
        "timeout": settings.timeout_s,
        "user_agent": settings.user_agent,
        "adapter_factory": adapter,
    }
    if settings.domain:
        options["domain"] = settings.domain
    try:
        ask = make(settings, options)
    except ImportError as error:
        raise SettingsError("online.NOT_INSTALLED", name=name) from error
    return OnlineProvider(
        name, ask, OnlineCache(settings.cache), Pace(settings.per_second), between
    )


def add_suggestions(
    queue: Queue,
    asked: Provider,
    *,
    progress: Callable[[int], None] | None = None,
    fault: Callable[[ZoningError], None] | None = None,
) -> Queue:
    """Return the queue with what a service says beside each item.

    Its order, its answers and what is accepted stay as they were.

    Parameters
    ----------
    queue
        The queue.
    asked
        The service.
    progress
        Told how many items are done.
    fault
        Told what is wrong with the service; nothing more is asked then, and the rest of the queue
        stays as it was. Without it the fault is raised.
    """
    items = list(queue.items)
    for done, item in enumerate(queue.items, start=1):
        try:
            found = asked.suggest(item.question)
        except ZoningError as error:
            if fault is None:
                raise
            fault(error)
            break
        hints = tuple(dict.fromkeys((*item.suggestions, *found)))
        items[done - 1] = replace(item, suggestions=hints)
        if progress is not None:
            progress(done)
    return replace(queue, items=tuple(items))


def _nominatim(_settings: OnlineSettings, options: Mapping[str, Any]) -> Callable[[str], Any]:
    from geopy.geocoders import Nominatim

    service = Nominatim(**options)

    def ask(text: str) -> Any:
        return service.geocode(
            text, exactly_one=False, limit=MOST_SUGGESTIONS, language="zh-CN", country_codes="cn"
        )

    return ask


def _photon(_settings: OnlineSettings, options: Mapping[str, Any]) -> Callable[[str], Any]:
    from geopy.geocoders import Photon

    service = Photon(**options)
    return lambda text: service.geocode(text, exactly_one=False, limit=MOST_SUGGESTIONS)


def _tianditu(settings: OnlineSettings, options: Mapping[str, Any]) -> Callable[[str], Any]:
    from zoning.geocode.tianditu import Tianditu

    if not settings.key:
        raise SettingsError("online.NO_KEY", name="tianditu")
    service = Tianditu(settings.key, **options)
    return lambda text: service.geocode(text, exactly_one=False)


PROVIDERS: Mapping[
    str, tuple[Callable[[OnlineSettings, Mapping[str, Any]], Callable[[str], Any]], str]
] = {
    "nominatim": (_nominatim, ", "),
    "photon": (_photon, ", "),
    "tianditu": (_tianditu, ""),
}
"""Services by name: how each is made, and what it wants between the parts of an address."""
