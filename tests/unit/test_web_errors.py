"""Errors have one HTTP status each; settings are refused before the first request."""

from __future__ import annotations

import pytest

from webmap import errors
from webmap.errors import HTTP_STATUS, PlanNotFoundError, http_status
from webmap.security import content_policy
from zoning.errors import StorageError, ZoningError
from zoning.messages import explain, languages


class _NewStorageError(StorageError):
    """An error that the table does not know."""


def test_an_unknown_error_has_the_status_of_its_parent() -> None:
    assert http_status(_NewStorageError("x.Y")) == HTTP_STATUS[StorageError]
    assert http_status(ZoningError("x.Y")) == 500
    assert http_status(PlanNotFoundError("x.Y")) == 404


def test_every_error_of_the_web_side_has_a_status_of_its_own() -> None:
    ours = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and kind.__module__ == errors.__name__
    ]
    assert ours
    assert all(kind in HTTP_STATUS for kind in ours)


@pytest.mark.parametrize("language", languages())
def test_an_error_says_what_to_do(language: str) -> None:
    said = explain(PlanNotFoundError("webmap.PLAN_NOT_FOUND", plan="abc"), language)
    assert "abc" in said
    assert "plans/" in said


def test_policy_lets_only_marked_scripts_run() -> None:
    policy = dict(part.split(" ", 1) for part in content_policy("m4rk").split("; "))
    assert policy["script-src"] == "'self' 'nonce-m4rk'"
    assert policy["style-src"] == "'self' 'nonce-m4rk'"
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in content_policy("m4rk")
