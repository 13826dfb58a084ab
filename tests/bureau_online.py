"""An officer who publishes versions of the tiny study, and a server that was started once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from webmap.app import create_app
from webmap.config import Config
from webmap.services.agreement import Agreement
from webmap.services.archive import Archive
from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup
from webmap.services.published import KEPT_S, PublishedPlans
from webmap.services.versions import Versions
from webmap.services.yeses import Yeses
from zoning.lookup.answers import served_of
from zoning.plan.store import read_plan
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from published import Publisher
    from werkzeug.test import TestResponse

    from webmap.services.when import When
    from zoning.lookup.answers import Answer

ASKED = "小区11"  # in the block in which the two plans differ
BEFORE, FIRST, SECOND = date(2027, 8, 31), date(2027, 9, 1), date(2028, 9, 1)


class Bureau:
    """An officer who publishes, and a server that was started once."""

    def __init__(
        self, publisher: Publisher, plans: tuple[str, str], folder: Path, *, geocoder: str = ""
    ) -> None:
        geocoder = geocoder or geocoder_version()
        self.publisher, self.plans, self.folder = publisher, plans, folder
        self.seconds = 0.0
        self.apps: list[Flask] = []
        self.day = BEFORE
        self.published = PublishedPlans(
            Versions(publisher.database),
            Archive(folder),
            drafts=NewestPlans(folder),
            agreement=Agreement(
                Archive(folder),
                Yeses(publisher.database),
                geocoder=geocoder,
                ticks=lambda: self.seconds,
            ),
            ticks=lambda: self.seconds,
        )
        self.started: list[Bureau] = []
        self.lookup = Lookup(folder, self.published, clock=self.now)

    def now(self) -> datetime:
        """Noon where the bureau is."""
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)

    def publish(self, plan: int, *, begins: date = FIRST) -> None:
        self.publisher.commit(self.publisher.draft(self.plans[plan], begins=begins))
        self.seconds += KEPT_S

    def ask(self, on: date, text: str = ASKED, *, when: When | None = None) -> Answer:
        self.day = on
        return self.lookup.ask("primary", lambda desk, about: desk.ask(text, about), when=when)

    def school(self, plan: int) -> str:
        """Return the school of the asked address as the plan's own file says."""
        return (
            read_plan(self.folder / "plans" / f"{self.plans[plan]}.gpkg")
            .plan.zone_of("b11")
            .zone_id
        )

    def kept_plan(self) -> Path:
        (version, *_) = self.publisher.versions.every("primary")
        return self.folder / "published" / "plans" / f"{version.plan_file}.gpkg"

    def client(self) -> FlaskClient:
        app = create_app(
            Config(study=self.folder, secret="k" * 40, database_url=self.publisher.url),
            in_force=self.published,
            clock=self.now,
        )
        self.apps.append(app)
        return app.test_client()

    def close(self) -> None:
        """End all connections to the database."""
        for other in self.started:
            other.close()
        for app in self.apps:
            app.extensions["zoning-database"].close()
        self.publisher.database.close()


def schools(answer: Answer) -> list[str]:
    served = served_of(answer)
    assert served is not None
    return [school.school_id for school in served.schools]


def post(client: FlaskClient, path: str, *, lang: str = "en", **more: str) -> TestResponse:
    """Ask as a reader does, who meets the closed page before there is a form."""
    form = client.get(f"/lookup?lang={lang}")
    found = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    if found is None:
        return form
    data = {"csrf_token": found[1], "stage": "primary", "address": ASKED, **more}
    return client.post(f"{path}?lang={lang}", data=data)
