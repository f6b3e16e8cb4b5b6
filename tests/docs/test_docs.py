"""The documentation says what there is: each setting, command, route and problem has its line."""

import re
from pathlib import Path

import pytest
import typer

from app import validation
from app.authoring import fields, sizes
from app.cli.main import app as commands
from app.content import complexity, urls
from app.main import create_app
from app.problems import all_problems
from app.settings import Settings
from app.web import body
from tests.conftest import settings_for

ROOT = Path(__file__).parents[2]
READING, WRITING, OPERATING = (ROOT / "docs" / f"{name}.md" for name in ("reading", "writing", "operating"))
METHODS = ("get", "post", "put", "patch", "delete")
SETTINGS = sorted(f"MASTHEAD_{name}".upper() for name in Settings.model_fields)


def routes(tmp_path: Path) -> set[str]:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/none.db"))
    paths = app.openapi()["paths"]
    app.state.database.close()
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in METHODS if method in item}


def test_each_route_has_a_line_and_each_line_a_route(tmp_path: Path) -> None:
    documented = set(
        re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`?]*)`", READING.read_text() + WRITING.read_text())
    )

    assert documented == routes(tmp_path) | {"GET /openapi.json", "GET /docs"}


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_has_a_line_in_the_documentation_and_in_the_example(setting: str) -> None:
    assert f"| `{setting}` |" in OPERATING.read_text()
    assert re.search(rf"^(# )?{setting}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_example_has_the_settings_there_are_with_the_defaults_that_they_have() -> None:
    given = dict(re.findall(r"^(?:# )?(MASTHEAD_\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert sorted(given) == SETTINGS
    settings = Settings(_env_file=ROOT / ".env.example")  # type: ignore[call-arg]
    assert settings == Settings.model_construct(
        **{name: field.default for name, field in Settings.model_fields.items()}
    )


def test_each_problem_has_a_line_with_its_status() -> None:
    text = READING.read_text()
    for kind in all_problems():
        assert re.search(rf"^\|[^|]*`{kind.code}`[^|]*\| {kind.status} \|$", text, re.MULTILINE), kind.code


def test_the_limits_are_those_that_there_are() -> None:
    table = WRITING.read_text().split("## Limits")[1]
    for limit in (
        *(f"{fields.LONGEST_TITLE} characters", f"{fields.LONGEST_TEXT:,} characters", f"| {fields.MOST_TAGS} |"),
        *(
            f"{sizes.MOST_ITEMS:,}, {sizes.MOST_SECTIONS:,}; sections {sizes.DEEPEST} deep",
            f"{urls.LONGEST:,} characters",
        ),
        *(f"| {fields.MOST_IN_EXTRA} |", f"| {validation.MOST_FIELDS} |", f"| {validation.MOST_FAULTS} |"),
        *(f"| {complexity.MOST_MARKS:,} |", f"| {complexity.MOST_LINKS:,} |", f"| {complexity.MOST_TAGS:,} |"),
        *(f"| {complexity.MOST_ADDRESSES} |", f"| {complexity.MOST_IN_ADDRESSES:,} |"),
        f"| {complexity.MOST_LINES:,} |",
        *(f"| {complexity.MOST_BLOCKS:,} |", f"| {complexity.MOST_STEPS:,} |"),
        *(f"{body.LARGEST_JSON // 2**20} MiB", f"{body.LARGEST_FORM // 2**10} KiB"),
    ):
        assert limit in table, limit


def test_each_command_has_a_line() -> None:
    text = OPERATING.read_text()
    group = typer.main.get_command(commands)
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        names += [f"{name} {sub}" for sub in getattr(command, "commands", {})] or [name]
    assert {"serve", "migrate", "users add"} <= set(names)
    for name in names:
        assert f"| `masthead {name}" in text, name


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target
