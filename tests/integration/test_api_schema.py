"""The API against its own document: schemathesis sends what it allows and what it forbids."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from published import Publisher
from schemathesis.checks import not_a_server_error

from webmap.api import told
from webmap.api.canned import ADDRESSES, FAULTS
from webmap.api.openapi import document
from webmap.app import create_app
from webmap.config import Config
from webmap.maps.facts import Intake as IntakeFacts
from zoning.lookup import answers
from zoning.lookup.answers import Kind
from zoning.messages import languages
from zoning.publish.version import Version as Published

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _typeshed import DataclassInstance
    from flask import Flask
    from pydantic import BaseModel
    from schemathesis import Case

pytestmark = pytest.mark.integration
# of each operation and each phase
EXAMPLES = 25
TODAY = datetime(2027, 10, 1, 4, tzinfo=UTC)


schema = schemathesis.openapi.from_dict(document("en"))


@pytest.fixture(scope="module")
def app(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site of the town once its plan was published, so that there are versions to tell of."""
    study = tmp_path_factory.mktemp("schema") / "town"
    shutil.copytree(town, study)
    officer = Publisher(study, f"sqlite:///{study / 'zoning.sqlite'}")
    officer.commit(officer.draft("primary"))
    officer.database.close()
    return create_app(Config(study=study), clock=lambda: TODAY)


def conforms(operation_id: str) -> Callable[..., None]:
    """Return the test of one operation."""

    @schema.include(operation_id=operation_id).parametrize()
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    def test(case: Case, app: Flask) -> None:
        asked = case.body.get("text") if isinstance(case.body, dict) else None
        # the sandbox has a server's faults on request
        wanted = operation_id == "sandboxLookup" and any(asked == text for text in FAULTS)
        case.call_and_validate(
            app=app,
            # what sends here unpacks nothing
            headers={"Accept-Encoding": "identity"},
            excluded_checks=[not_a_server_error] if wanted else [],
        )

    return test


# by themselves all of them would have one name, and run once where tests run on several cores
OPERATIONS = [result.ok().definition.raw["operationId"] for result in schema.get_all_operations()]
for name in OPERATIONS:
    globals()[f"test_{name}"] = conforms(name)


@pytest.mark.parametrize("language", languages())
def test_the_document_is_whole(language: str) -> None:
    made = document(language)
    assert made["openapi"].startswith("3.1")
    operations = [operation for path in made["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert sorted(names) == sorted(OPERATIONS)
    assert len(set(names)) == 16
    for operation in operations:
        assert operation["summary"]
        assert set(operation["tags"]) <= {tag["name"] for tag in made["tags"]}
        assert {"429", "503"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            assert response["description"], (operation["operationId"], status)
    assert "api." not in str(made).replace("/api.", "")
    schemas = made["components"]["schemas"]
    for name in schemas:
        # every reference in it leads somewhere
        jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", **made})


def test_the_sandbox_documents_every_answer_and_fault() -> None:
    sandbox = document("en")["paths"]["/api/v1/sandbox/lookup"]["post"]
    examples = sandbox["requestBody"]["content"]["application/json"]["examples"]
    texts = {example["value"]["text"] for example in examples.values()}
    assert texts == {*ADDRESSES, *FAULTS}
    assert {kind.value for kind in Kind} <= examples.keys()


def test_the_closed_set_is_closed_in_the_document_too() -> None:
    given = document("en")["components"]["schemas"]["Given"]
    assert set(given["discriminator"]["mapping"]) == {kind.value for kind in Kind}
    assert len(given["oneOf"]) == len(Kind)


@pytest.mark.parametrize(
    ("told_as", "answer"),
    [
        (getattr(told, name), getattr(answers, name))
        for name in (
            *"School Place Minutes Why Other Seats NotToday Coming About Served OneSchool".split(),
            *"TheseSchools NoSchool SeatsExhausted NearBoundary Choose".split(),
            *"Outside NotFound NoPlan".split(),
        )
    ]
    + [(told.Plan, answers.Version), (told.Version, Published), (told.Intake, IntakeFacts)],
)
def test_nothing_of_an_answer_is_kept_from_programs(
    told_as: type[BaseModel], answer: type[DataclassInstance]
) -> None:
    known = {field.name for field in dataclasses.fields(answer)}
    # the kind of an answer, and what only all versions together tell of one
    beside = {"kind", "version_id", "ends_before"}
    # what the files are called that a version keeps, and what the page draws the way from
    inside = {"plan_file", "index", "answers", "published", "homes", "routes"}
    assert set(told_as.model_fields) - known <= beside
    assert known - set(told_as.model_fields) <= inside
    documented = document("en")["components"]["schemas"][told_as.__name__]
    assert documented["properties"].keys() == told_as.model_fields.keys()
    assert set(documented["required"]) == set(told_as.model_fields)
