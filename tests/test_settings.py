"""Settings that are not valid: each is reported in a sentence."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, sentences
from tests.cli.conftest import in_a_process

INVALID = {
    "secret_keys": {"short,of-only-16-chars": "must contain keys of at least 32 characters; key 1 has 5."},
    "publication_language": {
        "english": "must be a BCP 47 language tag, for example en or pt-BR; it is 'english'.",
        "en" + "-abcdefgh" * 4: "must be a BCP 47 language tag",
    },
    "cors_origins": {
        "*,example.org": "must contain origins, each a scheme and a host, for example https://example.org; "
        "it contains 'example.org'.",
        "https://a.b,*.c": "it contains '*.c'.",
    },
    "preview_url": {
        "example.org/{token}": "must start with http:// or https:// and contain {token} exactly once; "
        "it is 'example.org/{token}'.",
        "https://example.org/": "it is 'https://example.org/'.",
    },
    "require_if_match": {
        "maybe": "must be true or false; it is 'maybe'.",
        "2": "must be true or false; it is '2'.",
    },
    "trusted_proxies": {
        "10.0.0.0/8,proxy": "must contain IP addresses, for example 10.0.0.1, or networks, for example 10.0.0.0/8; "
        "it contains 'proxy'.",
        "10.0.0.1/8": "it contains '10.0.0.1/8'.",
    },
    "root_path": {
        "api/": "must start with / and not end with one, for example /api;",
        "/issues": "it is '/issues'.",
        "/" + "a" * 300: "it is '/aaa",
    },
    "cdn": {
        "abc": "must be an integer from 0 to 31536000; it is 'abc'.",
        "-1": "must be an integer from 0 to 31536000; it is '-1'.",
        "31536001": "must be an integer from 0 to 31536000; it is '31536001'.",
        "1.5": "must be an integer from 0 to 31536000; it is '1.5'.",
        "1" * 5_000: "must be an integer from 0 to 31536000; it is '111",
    },
}
"""By setting: values, and the end of the sentence."""
ANY_TEXT = {"database_url", "publication_title", "publication_description", "publication_author"}


def test_each_setting_has_values_here_that_are_not_valid_or_takes_any_text() -> None:
    assert set(INVALID) | ANY_TEXT == set(Settings.model_fields)
    assert {Settings.model_fields[name].annotation for name in ANY_TEXT} == {str}


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(name, value, id=f"{name}-{value[:30]}") for name, values in INVALID.items() for value in values],
)
def test_a_sentence_names_the_setting_and_what_is_allowed_and_what_was_given(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MASTHEAD_{name.upper()}", value)

    with pytest.raises(ValidationError) as raised:
        Settings(_env_file=None)  # type: ignore[call-arg]

    (sentence,) = sentences(raised.value)
    assert sentence.startswith(f"MASTHEAD_{name.upper()} must ")
    assert INVALID[name][value] in sentence
    assert len(sentence) < 400
    assert "\n" not in sentence


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_SECRET_KEYS", "x" * 40 + ",hunter2")

    with pytest.raises(ValidationError) as raised:
        Settings(_env_file=None)  # type: ignore[call-arg]

    (sentence,) = sentences(raised.value)
    assert "key 2 has 7" in sentence
    assert "hunter2" not in sentence


def test_each_command_reports_all_of_them(tmp_path: Path) -> None:
    for command in ("serve", "migrate"):
        outcome = in_a_process(command, cwd=tmp_path, cdn="abc", require_if_match="maybe")

        assert outcome.code == 1
        assert outcome.err.splitlines() == [
            "masthead: MASTHEAD_REQUIRE_IF_MATCH must be true or false; it is 'maybe'.",
            "masthead: MASTHEAD_CDN must be an integer from 0 to 31536000; it is 'abc'.",
        ]


def test_an_empty_setting_is_an_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = Settings(_env_file=None)
    for name in Settings.model_fields:
        monkeypatch.setenv(f"MASTHEAD_{name.upper()}", "")

    assert Settings(_env_file=None) == defaults
