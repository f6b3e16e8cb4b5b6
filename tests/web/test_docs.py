"""The page at `/docs`, which works without the internet."""

import re

import pytest

from tests.api import Api
from tests.conftest import on_sqlite


@on_sqlite
def test_the_page_names_no_address_elsewhere(api: Api) -> None:
    page = api.get("/docs")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Masthead" in page.text
    assert not re.findall(r"(?:https?:)?//[a-z0-9.]+", page.text, re.IGNORECASE)


@on_sqlite
def test_whatever_the_page_loads_answers(api: Api, subtests: pytest.Subtests) -> None:
    page = api.get("/docs").text
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)["']""", page)
    loaded += re.findall(r"""url:\s*["']([^"']+)["']""", page)

    assert len(loaded) == 4
    types = {".js": "application/javascript", ".css": "text/css", ".png": "image/png", ".json": "application/json"}
    for address in loaded:
        with subtests.test(address):
            answer = api.get(str(api.get("/docs").url.join(address)))
            assert answer.status_code == 200
            suffix = address[address.rindex(".") :]
            assert answer.headers["content-type"].startswith(types[suffix])
            assert len(answer.content) > 500


@on_sqlite
def test_the_pages_style_loads_nothing(api: Api) -> None:
    style = api.get("/docs/swagger-ui.css").text

    assert [
        address for address in re.findall(r"url\(([^)]*)\)", style) if not address.strip("\"'").startswith("data:")
    ] == []
    assert "@import" not in style


@on_sqlite
def test_the_page_asks_no_validator_elsewhere(api: Api) -> None:
    # Swagger UI shows the badge of validator.swagger.io in its StandaloneLayout alone.
    assert '"layout": "BaseLayout"' in api.get("/docs").text
