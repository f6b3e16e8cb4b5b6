"""What happens to tests whose program is missing."""

import pytest

from tests.tools.programs import Missing, skip_or_fail


def test_tests_without_their_program_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASTHEAD_TOOLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no nginx"):
        skip_or_fail(Missing("no nginx"))


def test_tests_without_their_program_fail_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_TOOLS", "required")
    with pytest.raises(pytest.fail.Exception, match="no nginx"):
        skip_or_fail(Missing("no nginx"))
