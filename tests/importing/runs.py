"""Importing as tests do it, without files: issues that were read go straight in."""

import copy
from collections.abc import Iterable
from typing import Any

from app.auth.callers import OPERATOR, Caller
from app.importing.importer import Import
from app.importing.outcomes import Outcome, Wishes
from app.newsletters.document import IssueRead
from app.newsletters.left_out import LeftOut
from tests.api import Api


def bring_in(api: Api, *sources: IssueRead | LeftOut, caller: Caller = OPERATOR, **wishes: Any) -> list[Outcome]:
    return list(Import(api.database, Wishes(**wishes), caller).bring_in(copy.deepcopy(list(sources))))


def rehearse(api: Api, *sources: IssueRead | LeftOut, **wishes: Any) -> list[Outcome]:
    return list(Import(api.database, Wishes(**wishes), OPERATOR).rehearse(copy.deepcopy(list(sources))))


def statuses(outcomes: Iterable[Outcome]) -> list[tuple[int | None, str]]:
    return [(outcome.number, outcome.status) for outcome in outcomes]


def draft(api: Api, number: int) -> Any:
    return api.editor.get(f"/issues/{number}/draft").raise_for_status().json()
