"""Importing as tests do it, without files: issues that were read go straight in."""

import copy
from collections.abc import Iterable
from typing import Any

from app.auth.callers import OPERATOR, Caller
from app.importing.importer import Importer
from app.importing.options import Options
from app.importing.outcomes import Outcome
from app.newsletters.document import IssueRead
from app.newsletters.left_out import LeftOut
from tests.api import Api


def import_issues(api: Api, *sources: IssueRead | LeftOut, caller: Caller = OPERATOR, **options: Any) -> list[Outcome]:
    return list(Importer(api.database, Options(**options), caller).run(copy.deepcopy(list(sources))))


def dry_run(api: Api, *sources: IssueRead | LeftOut, **options: Any) -> list[Outcome]:
    return list(Importer(api.database, Options(**options), OPERATOR).dry_run(copy.deepcopy(list(sources))))


def statuses(outcomes: Iterable[Outcome]) -> list[tuple[int | None, str]]:
    return [(outcome.number, outcome.status) for outcome in outcomes]


def draft(api: Api, number: int) -> Any:
    return api.editor.get(f"/issues/{number}/draft").raise_for_status().json()
