"""Logging in, and the access list kept at every request."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from webmap.access import ACCESS
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.frame import page_frame, private, styles
from webmap.services.accounts import Account, Accounts, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response as Answer

# a working day; after that the password is asked for again
LONGEST_SESSION = datetime.timedelta(hours=10)
SINCE = "since"
LONGEST_FIELD = 200

login = Blueprint("login", __name__)


class User(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """An account that has logged in."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return what the session remembers: with the password it changes, and is worthless."""
        return f"{self.account.name}|{self.account.mark}"


def accounts() -> Accounts:
    """Return the accounts of this application."""
    found = current_app.extensions["zoning-accounts"]
    assert isinstance(found, Accounts)
    return found


def now() -> datetime.datetime:
    """Return the time by the clock of this application."""
    clock: Callable[[], datetime.datetime] = current_app.extensions["zoning-clock"]
    return clock()


def who() -> Account:
    """Return the account that asks; the access list has let it in."""
    found = current_user.account
    assert isinstance(found, Account)
    return found


def may() -> Account | None:
    """Return the account that asks; None for the public."""
    return current_user.account if current_user.is_authenticated else None


def guard(app: Flask) -> None:
    """Let an application ask who somebody is, and refuse what the access list does not allow."""
    manager = LoginManager()
    # not `init_app`: it looks for a cookie to remember people by in every answer, and here is none;
    # what the public and programs are answered depends on no cookie
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.session_protection = "strong"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _load(remembered: str) -> User | None:
        name, _, mark = remembered.partition("|")
        found = accounts().find(name)
        since = session.get(SINCE)
        if found is None or found.mark != mark or not isinstance(since, float):
            return None
        age = now().timestamp() - since
        return User(found) if 0 <= age <= LONGEST_SESSION.total_seconds() else None

    @app.before_request
    def _refuse() -> Answer | None:
        if request.endpoint is None:
            return None
        if request.endpoint not in ACCESS:
            abort(403)
        needed = ACCESS[request.endpoint]
        if needed is None:
            return None
        if not current_user.is_authenticated:
            if request.method != "GET":
                abort(403)
            return redirect(url_for("login.form", to=request.path, lang=request.args.get("lang")))
        if not needed & who().roles:
            abort(403)
        return None


@login.get("/login")
def form() -> Response:
    """Ask who somebody is."""
    return _page("", status=200)


@login.post("/login")
def enter() -> Response | Answer:
    """Let somebody in by name, password and, where the account has them, a one-time code."""
    name, password, code = (
        request.form.get(field, "")[:LONGEST_FIELD] for field in ("name", "password", "code")
    )
    found = accounts().let_in(name.strip(), password, code, now=now())
    if isinstance(found, Refused):
        return _page(f"bureau.LOGIN_{found}", status=403)
    session.clear()
    session[SINCE] = now().timestamp()
    login_user(User(found))
    return redirect(_way_on())


@login.post("/logout")
def leave() -> Answer:
    """Let somebody out."""
    logout_user()
    session.clear()
    return redirect(url_for("login.form"))


def _way_on() -> str:
    """Return where somebody wanted to go: a page of the bureau, and of no other machine."""
    wanted, lang = request.args.get("to", ""), request.args.get("lang")
    if wanted.startswith("/bureau/") and "\\" not in wanted and "//" not in wanted:
        return f"{wanted}?{urlencode({'lang': lang})}" if lang else wanted
    return url_for("bureau.cases", lang=lang)


def _page(fault: str, *, status: int) -> Response:
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    page = render(
        "login.html",
        frame,
        title=texts("bureau.LOGIN"),
        styles=styles(),
        fault=texts(fault) if fault else "",
        csrf=generate_csrf(),
        action=url_for("login.enter", lang=frame.language, to=request.args.get("to")),
    )
    return private(page, status=status)
