"""The public routes against the OpenAPI description, with requests that schemathesis generates."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.schemas import BaseSchema

from app.demo import samples
from app.main import create_app
from tests.api import Api
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def description(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The description of an application that has started, with the sample issues published."""
    file = tmp_path_factory.mktemp("schemathesis") / "masthead.db"
    shutil.copy(sqlite_template, file)
    with Api(create_app(settings_for(f"sqlite:///{file}"))) as api:
        samples.load(api.database)
        description = schemathesis.openapi.from_asgi("/openapi.json", api.app)
        description.config.generation.update(allow_x00=False)  # it is refused everywhere: see test_addresses
        yield description


schema = schemathesis.pytest.from_fixture("description")


@schema.include(method="GET").exclude(lambda context: "security" in context.operation.definition.raw).parametrize()
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_public_route_answers_as_it_says(case: schemathesis.Case) -> None:
    # A string that is no cursor of this list, or no field of this object, is well formed, and told with 422 all the
    # same; so is `from` after `to`, and a long page of whole documents. And a narrowed object is not the whole one.
    excluded = [checks.positive_data_acceptance]
    if "fields" in case.query:
        excluded.append(checks.response_schema_conformance)
    if "" in case.query.values():  # a parameter without a value is an absent one
        excluded.append(checks.negative_data_rejection)
    case.call_and_validate(excluded_checks=excluded)
    if case.meta and case.meta.generation.mode.is_positive:
        for name in ("cursor", "fields", "to", "full"):
            case.query.pop(name, None)
        case.call_and_validate()
