"""What is limited, by how much, and who counts as one: a table, put on an application."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, session
from flask_limiter import Limiter
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix

from webmap.limits.counters import SCHEME
from zoning.messages import DEFAULT_LANGUAGE, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from limits import RateLimitItem

    from zoning.settings import WebSection

# names are asked for several times while one address is typed
NAMES_PER_QUESTION = 8
FORWARDED = "X-Forwarded-For"
# addresses of the sixth version that one household or one machine has at will
_HOUSEHOLD_BITS = 64
_UNITS = {"minute": RateLimitItemPerMinute, "hour": RateLimitItemPerHour}
_SESSION_TOKEN = "csrf_token"  # noqa: S105  # where Flask-WTF keeps it
# kinds of requests by the endpoint, and by the blueprint of those that are not named
_BY_ENDPOINT = {
    "public.plans": "pages",
    "public.plan_map": "pages",
    "public.plan_zones": "pages",
    "lookup.answer": "questions",
    "slips.slip": "questions",
    "slips.compare": "questions",
    "lookup.suggest": "names",
    "notices.concerns": "questions",
    "notices.send": "questions",
    "notices.followed": "questions",
    "consulting.fill_in": "questions",
    "consulting.sign_up": "questions",
}
_BY_BLUEPRINT = {
    "lookup": "forms",
    "pick": "forms",
    "slips": "forms",
    "notices": "forms",
    "consulting": "forms",
    "login": "forms",
    "api_lookup": "programs",
    "api_sandbox": "programs",
    "api_data": "data",
    "zones": "pages",
    "schools": "pages",
    "changes": "pages",
    "notice_papers": "forms",
}


@dataclass(frozen=True)
class Rule:
    """One limit.

    Parameters
    ----------
    scope
        What is counted together.
    amount
        How often; 0 for as often as one likes.
    unit
        Within one "minute" or "hour".
    by_reader
        Whether a reader's browser counts as one, rather than all behind a network address.
    """

    scope: str
    amount: int
    unit: str
    by_reader: bool = False


def rules_of(web: WebSection) -> dict[str, tuple[Rule, ...]]:
    """Return the limits by what they are for, such as questions, open data or pages."""
    many = NAMES_PER_QUESTION
    return {
        "questions": (
            Rule("questions-reader", web.reader_per_minute, "minute", by_reader=True),
            Rule("questions", web.network_per_minute, "minute"),
            Rule("questions-hour", web.network_per_hour, "hour"),
        ),
        "forms": (Rule("forms", web.network_per_minute, "minute"),),
        "names": (
            Rule("names-reader", web.reader_per_minute * many, "minute", by_reader=True),
            Rule("names", web.network_per_minute * many, "minute"),
        ),
        "programs": (
            Rule("programs", web.api_per_minute, "minute"),
            Rule("programs-hour", web.api_per_hour, "hour"),
        ),
        "data": (Rule("data", web.data_per_minute, "minute"),),
        "pages": (Rule("pages", web.pages_per_minute, "minute"),),
    }


def limit_requests(app: Flask, web: WebSection) -> Limiter:
    """Limit how much is asked of an application whose views are all there.

    Parameters
    ----------
    app
        The application.
    web
        How much, and how many proxies are in front of it.

    Returns
    -------
    What counts; it also tells of the limit of a request.
    """
    if web.trusted_proxies:
        # a host that is forwarded is not believed: it would stand in links
        proxied = ProxyFix(app.wsgi_app, x_for=web.trusted_proxies, x_proto=1, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    who = _Who(secrets.token_bytes(32), believed=web.trusted_proxies > 0)
    limiter = Limiter(who.network, app=app, storage_uri=f"{SCHEME}://", strategy="fixed-window")
    limits = rules_of(web)
    for endpoint in sorted(app.view_functions):
        rules = [
            (_UNITS[rule.unit](rule.amount), who.reader if rule.by_reader else who.network, rule)
            for rule in limits.get(kind_of(endpoint), ())
            if rule.amount
        ]
        if rules:
            counted = _counted(app.view_functions[endpoint], rules, limiter=limiter)
            app.view_functions[endpoint] = counted
    app.extensions["zoning-limits"] = limiter
    app.extensions["zoning-network"] = who.network
    return limiter


def _counted(
    view: Callable[..., Any],
    rules: Sequence[tuple[RateLimitItem, Callable[[], str], Rule]],
    *,
    limiter: Limiter,
) -> Callable[..., Any]:
    """Return a view that is answered only within its limits.

    The decorators of Flask-Limiter, one for each limit, do the same, but look up what they are for
    at every request: that took longer than the counting.
    """
    counted = {who for _, who, _ in rules}

    @wraps(view)
    def within(*args: object, **named: object) -> Any:
        if limiter.enabled:
            # most rules count the same network
            names = {who: who() for who in counted}
            for item, who, rule in rules:
                name = names[who]
                if not limiter.limiter.hit(item, name, rule.scope):
                    limiter.logger.info("limit %s of %s exceeded by %s", item, rule.scope, name)
                    g.refused_by = (item, name, rule.scope)
                    raise TooManyRequests
        return view(*args, **named)

    return within


def counted_here(scope: str, per_hour: int) -> bool:
    """Count one more from the network address that asks; tell whether it is within the limit.

    Parameters
    ----------
    scope
        What is counted together.
    per_hour
        How many within one hour; 0 for as many as one likes.
    """
    if not per_hour:
        return True
    limiter, network = (current_app.extensions[f"zoning-{name}"] for name in ("limits", "network"))
    return bool(limiter.limiter.hit(RateLimitItemPerHour(per_hour), scope, network()))


def kind_of(endpoint: str) -> str:
    """Return which of `rules_of` an endpoint has; nothing where it has none."""
    return _BY_ENDPOINT.get(endpoint) or _BY_BLUEPRINT.get(endpoint.rpartition(".")[0], "")


def seconds_to_wait() -> int:
    """Return after how many seconds the request that was refused may be made again."""
    refused_by = g.get("refused_by")
    if refused_by is None:
        return 1
    limiter = current_app.extensions["zoning-limits"]
    ends = limiter.limiter.get_window_stats(*refused_by).reset_time
    return max(1, round(int(ends + 1) - time.time()))


class _Who:
    """Tells who counts as one, as a digest that says nothing to anybody else.

    Parameters
    ----------
    key
        Random, of this server.
    believed
        Whether proxies in front of the server are known.
    """

    def __init__(self, key: bytes, *, believed: bool) -> None:
        self._key = key
        self._believed = believed
        self._warned = False

    def network(self) -> str:
        """Return the digest of the network address that asks."""
        self._warn()
        return self._digest(_network(request.remote_addr or ""))

    def reader(self) -> str:
        """Return the digest of the reader's session; without one, that of the network address."""
        token = session.get(_SESSION_TOKEN)
        return self._digest(f"session {token}") if token else self.network()

    def _digest(self, said: str) -> str:
        return hashlib.blake2b(said.encode(), digest_size=16, key=self._key).hexdigest()

    def _warn(self) -> None:
        """Say once that all readers count as one because a proxy in front of them is not known."""
        if self._believed or self._warned or FORWARDED not in request.headers:
            return
        if _is_near(request.remote_addr or ""):
            self._warned = True
            current_app.logger.warning(text("limits.PROXY_UNKNOWN", DEFAULT_LANGUAGE))


def _network(address: str) -> str:
    """Return what stands for a network address: of the sixth version its household's part."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), _HOUSEHOLD_BITS), strict=False))
    return str(found)


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
