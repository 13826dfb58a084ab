"""The Flask application: made by a function, with everything it needs passed in."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests

from webmap.api import faults
from webmap.api.site import install_api
from webmap.bureau.gathering import gathering
from webmap.bureau.papers import papers
from webmap.bureau.views import bureau
from webmap.compression import compress_public
from webmap.database import open_database
from webmap.errors import http_status
from webmap.limits.admission import install_admission
from webmap.limits.rules import limit_requests
from webmap.login import guard, login
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.notices.consulting import consulting
from webmap.notices.papers import notice_papers
from webmap.notices.views import notices
from webmap.public.answers_ahead import EXTENSION
from webmap.public.changes import changes
from webmap.public.frame import page_frame, reader_language, remember_size
from webmap.public.ground import ground
from webmap.public.lookup import lookup
from webmap.public.pages import PagesKept
from webmap.public.pick import pick
from webmap.public.schools import schools
from webmap.public.slips import slips
from webmap.public.too_many import too_many
from webmap.public.views import public
from webmap.public.zones import zones
from webmap.security import protect
from webmap.services.accounts import Accounts
from webmap.services.agreement import Agreement
from webmap.services.answers_ahead import AnswersAhead
from webmap.services.archive import Archive
from webmap.services.atlas import Atlas
from webmap.services.ground import Ground
from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup, now_utc
from webmap.services.office import open_office
from webmap.services.on_notice import OnNotice
from webmap.services.open_data import OpenData
from webmap.services.published import PublishedPlans
from webmap.services.secret import signing_key
from webmap.services.shelf import Kept, Shelf
from webmap.services.slips import Slips
from webmap.services.versions import Versions
from webmap.services.yeses import Yeses
from webmap.turns import take_turns
from zoning.errors import ZoningError
from zoning.messages import explain

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from types import TracebackType

    from webmap.config import Config
    from webmap.services.in_force import InForce

# One map of a large city takes some tens of megabytes.
MAPS_KEPT = 6
# roads around drawn ways: those of the versions of now
GROUNDS_KEPT = 4


# where tiles come from that only a bureau with a key asks for
TIANDITU = "https://*.tianditu.gov.cn"

# What a parent sends is a line; nothing that is longer is read.
LARGEST_BODY = 16 * 1024
# an opinion of 5,000 characters, each of nine letters in a form; scans of letters and evidence
LARGEST_OF = {
    "notices": 64 * 1024,
    "consulting": 64 * 1024,
    "bureau": 20 * 1024 * 1024,
    "papers": 20 * 1024 * 1024,
    "gathering": 1024 * 1024,
}


class _Application(Flask):
    """Flask, whose log of a fault says where it was, and nothing that a reader has sent."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Write kind and places of a fault: its message may hold what was asked."""
        kind, _, trace = exc_info
        where = "".join(traceback.format_tb(trace))
        name = kind.__name__ if kind is not None else ""
        self.logger.error("%s on %s %s\n%s", name, request.method, request.path, where)


def create_app(
    config: Config,
    *,
    in_force: InForce | None = None,
    archive: Archive | None = None,
    clock: Callable[[], datetime.datetime] = now_utc,
) -> Flask:
    """Make the application that shows one study.

    Parameters
    ----------
    config
        Its settings.
    in_force
        Says which plan answers a look-up; None takes the versions that were published, and the
        newest plan file of a stage of which there are none.
    archive
        What was published of the study; None opens it.
    clock
        Returns the time now, with its zone; it tells which version is in force.

    Raises
    ------
    SettingsError
        `study.toml` or the URL of the database cannot be used.
    StorageError
        There is no signing key, and none can be made.
    """
    app = _Application(__name__, static_folder=None)
    # nothing is connected to yet: a connection must not be shared by the workers that come of this
    database = open_database(config.study, url=config.database_url)
    archive, drafts = archive or Archive(config.study), NewestPlans(config.study)
    published = PublishedPlans(
        Versions(database), archive, drafts=drafts, agreement=Agreement(archive, Yeses(database))
    )
    shelf = Shelf(config.study, published=published.file_of)
    found = Lookup(config.study, in_force or published, clock=clock)
    app.extensions["zoning-config"] = config
    app.extensions["zoning-database"] = database
    app.extensions["zoning-shelf"] = shelf
    app.extensions["zoning-maps"] = Kept(MAPS_KEPT)
    app.extensions["zoning-lookup"] = found
    app.extensions[EXTENSION] = AnswersAhead(archive, study=found.study, page=found.settings)
    app.extensions["zoning-grounds"] = Kept(GROUNDS_KEPT)
    _show_zones(
        app,
        Atlas(config.study, published, archive, drafts=drafts, shelf=shelf, today=found.today),
    )
    app.extensions["zoning-open-data"] = OpenData(
        Versions(database), archive, in_force=in_force or published
    )
    app.extensions["zoning-clock"] = clock
    app.extensions["zoning-accounts"] = Accounts(database)
    office = open_office(config.study, database=database, archive=archive, clock=clock)
    app.extensions["zoning-office"] = office
    app.extensions["zoning-on-notice"] = OnNotice(office)
    tiles = app.extensions["zoning-ground"] = Ground(config.study)
    key = signing_key(config.study, given=config.secret)
    app.extensions["zoning-slips"] = Slips(key)
    app.config.update(
        SECRET_KEY=key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="zoning",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=found.settings.site.startswith("https://"),
        # somebody who reads slowly may send a form as late as they like
        WTF_CSRF_TIME_LIMIT=None,
        # it would ask for the referrer, which these pages never send
        WTF_CSRF_SSL_STRICT=False,
    )
    # who may not ask sends nothing that is read: the token of a form is looked for after that
    app.before_request(_limit_body)
    guard(app)
    csrf = CSRFProtect(app)
    app.register_blueprint(login)
    app.register_blueprint(bureau)
    app.register_blueprint(papers)
    app.register_blueprint(gathering)
    app.register_blueprint(notices)
    app.register_blueprint(notice_papers)
    app.register_blueprint(consulting)
    app.register_blueprint(public)
    app.register_blueprint(ground)
    app.register_blueprint(lookup)
    app.register_blueprint(slips)
    app.register_blueprint(pick)
    install_api(app, csrf)
    limit_requests(app, found.web)
    take_turns(app)
    install_admission(app, found.web, key=key, clock=clock)
    protect(app, images=TIANDITU if tiles.settings.tianditu_key else "")
    compress_public(app)
    app.register_error_handler(ZoningError, _zoning_error)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _show_zones(app: Flask, atlas: Atlas) -> None:
    """Add the public pages of zones, schools and changes."""
    app.extensions["zoning-atlas"] = atlas
    app.extensions["zoning-pages"] = PagesKept()
    for pages in (zones, schools, changes):
        app.register_blueprint(pages)


def _limit_body() -> None:
    most = LARGEST_OF.get(request.blueprint or "", LARGEST_BODY)
    request.max_content_length = most
    # the words of a notice of a whole county are more than a form has elsewhere
    request.max_form_memory_size = most


def _zoning_error(error: ZoningError) -> Response:
    if faults.for_programs():
        return faults.of_zoning(error)
    return _error_page(explain(error, reader_language()), http_status(error))


def _http_error(error: HTTPException) -> Response:
    if faults.for_programs():
        return faults.of_http(error)
    if isinstance(error, TooManyRequests):
        return too_many()
    code = error.code or InternalServerError.code
    known = {
        400: "lookup.ERROR_400",
        403: "bureau.ERROR_403",
        404: "webmap.ERROR_404",
        405: "webmap.ERROR_405",
        413: "lookup.ERROR_413",
    }
    return _error_page(Texts(reader_language())(known.get(code, "webmap.ERROR_500")), code)


def _error_page(message: str, status: int) -> Response:
    frame = page_frame(home=True)
    title = Texts(frame.language)("webmap.ERROR_TITLE")
    page = render("error.html", frame, title=title, message=message)
    response = Response(page, status=status, mimetype="text/html")
    response.headers["Content-Language"] = frame.language
    response.headers["Cache-Control"] = "no-store"
    return remember_size(response)
