"""Logging in by the page: the lock after failures, and one-time codes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from case_site import BEGUN, PASSWORD, token

from webmap.services.accounts import FAILURES_ALLOWED
from zoning.messages import text
from zoning.notice import Role

if TYPE_CHECKING:
    from case_site import Site
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration


class TestLogIn:
    def entered(self, site: Site, name: str, password: str, code: str = "") -> TestResponse:
        client = site.app.test_client()
        form = {"csrf_token": token(client.get("/login").text), "name": name, "code": code}
        return client.post("/login?lang=zh-CN", data={**form, "password": password})

    def test_an_account_is_locked_after_failures(self, site: Site) -> None:
        for _ in range(FAILURES_ALLOWED):
            assert self.entered(site, "drafter-1", "wrong").status_code == 403
        locked = self.entered(site, "drafter-1", PASSWORD)
        assert locked.status_code == 403
        assert text("bureau.LOGIN_locked", "zh-CN") in locked.text
        assert self.entered(site, "auditor-1", PASSWORD).status_code == 302
        site.now = BEGUN + timedelta(minutes=15)
        assert self.entered(site, "drafter-1", PASSWORD).status_code == 302

    def test_a_one_time_code_is_asked_for_where_the_account_has_them(self, site: Site) -> None:
        accounts = site.app.extensions["zoning-accounts"]
        roles = {Role.REVIEWER}
        secret = accounts.add("two-1", PASSWORD, roles=roles, now=site.now, one_time_codes=True)
        assert self.entered(site, "two-1", PASSWORD).status_code == 403
        code = pyotp.TOTP(secret).at(site.now)
        assert self.entered(site, "two-1", PASSWORD, code).status_code == 302
        assert self.entered(site, "two-1", PASSWORD, code).status_code == 403
