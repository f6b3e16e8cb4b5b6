"""After any sequence of writes, everything agrees with a plain model and with each other."""

from collections.abc import Sequence
from typing import Any, TypeVar

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text, update

from app.archive import issues as archive
from app.archive.models import ArchivedIssue
from app.db.base import Base
from app.db.engine import Database
from app.publishing import gate, maintenance
from app.settings import Settings
from tests.api import Api
from tests.authoring.model import TITLES, Issue, Item, Newsletter, Section, said, shown

Each = TypeVar("Each")

KEPT = {"users", "sign_ins", "content_clock"}
WHICH = st.integers(0, 30)
"""An index into the existing ones, modulo their number, because each state has others."""
POSITION = st.none() | st.integers(0, 3)
LABELS = st.lists(st.sampled_from(["research", "safety", "career"]), max_size=2, unique=True)


def one_of(those: Sequence[Each], which: int) -> Each:
    return those[which % len(those)]


def is_in_reach(position: int | None, last: int) -> bool:
    return position is None or position <= last


def put_in(those: list[Each], position: int | None, one: Each) -> None:
    those.insert(len(those) if position is None else position, one)


def empty(database: Database, settings: Settings) -> None:
    """Restore its first version."""
    with database.writing() as session:
        session.execute(text("DELETE FROM search_index"))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in KEPT:
                session.execute(table.delete())
    maintenance.bootstrap(database, settings)


class Writing(RuleBasedStateMachine):
    """Sequences of writes by two editors."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self.api = api
        self.model = Newsletter()
        self.named = 0
        self.versions: dict[tuple[str, int], int] = {}
        self.revised: dict[int, int] = {}
        empty(api.database, api.app.state.settings)

    # lookups

    def title(self) -> str:
        self.named += 1
        return f"Number {self.named}"

    def live(self) -> list[Issue]:
        return [issue for issue in self.model.issues.values() if not issue.deleted]

    def sections(self) -> list[tuple[Issue, Section]]:
        return [(issue, section) for issue in self.live() for section in issue.all_sections()]

    def items(self) -> list[tuple[Issue | None, Item]]:
        placed: list[tuple[Issue | None, Item]] = [(issue, item) for issue in self.live() for item in issue.all_items()]
        return placed + [(None, item) for item in self.model.inbox]

    def call(self, method: str, address: str, body: Any = None, *, by: int = 0, status: int = 200) -> Any:
        who = self.api.admin if by % 2 else self.api.editor
        answer: httpx.Response = who.request(method, address, json=body)
        assert answer.status_code == status, (method, address, body, answer.text)
        return answer.json() if answer.content else None

    # issues

    @initialize(published=st.booleans())
    def begin(self, published: bool) -> None:
        self.make_issue(published, ["Research", None])

    @precondition(lambda self: len(self.model.issues) < 3)
    @rule(published=st.booleans(), titles=st.lists(st.sampled_from(TITLES), max_size=2))
    def make_issue(self, published: bool, titles: list[str | None]) -> None:
        status = "published" if published else "draft"
        sections = [{"title": title, "items": [{"title": self.title()}]} for title in titles]
        made = self.call("POST", "/issues", {"title": self.title(), "status": status, "sections": sections}, status=201)
        issue = Issue(made["number"], made["title"], status, made["published_at"])
        for given in made["sections"]:
            section = self.model.section(given["id"], given["title"])
            issue.sections.append(section)
            (item,) = given["items"]
            section.items.append(Item(item["id"], item["title"], issue.tag_in(section)))
        issue.keep()
        self.model.issues[issue.number] = issue

    @precondition(lambda self: self.live())
    @rule(which=WHICH, by=WHICH)
    def change_issue(self, which: int, by: int) -> None:
        issue = one_of(self.live(), which)
        issue.title = self.title()
        self.call("PATCH", f"/issues/{issue.number}", {"title": issue.title}, by=by)
        issue.write()

    @precondition(lambda self: self.live())
    @rule(which=WHICH)
    def put_back_what_is_there(self, which: int) -> None:
        issue = one_of(self.live(), which)
        draft = self.call("GET", f"/issues/{issue.number}/draft")
        assert self.call("PUT", f"/issues/{issue.number}", draft) == draft

    @precondition(lambda self: self.live())
    @rule(which=WHICH, by=WHICH)
    def publish(self, which: int, by: int) -> None:
        issue = one_of(self.live(), which)
        published = self.call("POST", f"/issues/{issue.number}/publish", by=by)
        if issue.status != "published":
            issue.published_at = issue.published_at or published["published_at"]
            issue.status = "published"
            issue.write()

    @precondition(lambda self: self.live())
    @rule(which=WHICH, by=WHICH)
    def unpublish(self, which: int, by: int) -> None:
        issue = one_of(self.live(), which)
        self.call("POST", f"/issues/{issue.number}/unpublish", by=by)
        if issue.status == "published":
            issue.status = "draft"
            issue.write()

    @precondition(lambda self: self.live())
    @rule(which=WHICH)
    def delete_issue(self, which: int) -> None:
        issue = one_of(self.live(), which)
        self.call("DELETE", f"/issues/{issue.number}", status=204)
        issue.status, issue.deleted = "draft", True
        issue.write()

    @precondition(lambda self: self.model.issues)
    @rule(which=WHICH)
    def take_out_of_the_bin(self, which: int) -> None:
        issue = one_of(list(self.model.issues.values()), which)
        self.call("POST", f"/issues/{issue.number}/restore")
        if issue.deleted:
            issue.deleted = False
            issue.write()

    @precondition(lambda self: self.live())
    @rule(which=WHICH, revision=WHICH, by=WHICH)
    def restore_revision(self, which: int, revision: int, by: int) -> None:
        issue = one_of(self.live(), which)
        versions = [each["version"] for each in self.call("GET", f"/issues/{issue.number}/revisions?limit=100")["data"]]
        assert versions == sorted(set(versions), reverse=True)
        version = one_of(versions, revision)
        draft = self.call("POST", f"/issues/{issue.number}/revisions/{version}/restore", by=by)
        self.model.restore(issue, version, draft)

    # sections

    @precondition(lambda self: self.live() and len(self.sections()) < 8)
    @rule(which=WHICH, beneath=st.none() | WHICH, title=st.sampled_from(TITLES), position=POSITION, by=WHICH)
    def add_section(self, which: int, beneath: int | None, title: str | None, position: int | None, by: int) -> None:
        issue = one_of(self.live(), which)
        parent = None if beneath is None or not issue.sections else one_of(issue.all_sections(), beneath)
        siblings = issue.sections if parent is None else parent.sections
        body = {"title": title, "parent": parent and parent.id, "position": position}
        fits = is_in_reach(position, len(siblings))
        made = self.call("POST", f"/issues/{issue.number}/sections", body, by=by, status=201 if fits else 422)
        if fits:
            put_in(siblings, position, self.model.section(made["id"], title))
            issue.write()

    @precondition(lambda self: self.sections())
    @rule(which=WHICH, title=st.sampled_from(TITLES), tag=st.none() | st.sampled_from(["research", "career"]), by=WHICH)
    def change_section(self, which: int, title: str | None, tag: str | None, by: int) -> None:
        issue, section = one_of(self.sections(), which)
        self.call("PATCH", f"/sections/{section.id}", {"title": title, "tag": tag}, by=by)
        section.title, section.tag = title, tag and self.model.slug(tag)
        issue.write()

    @precondition(lambda self: self.sections())
    @rule(which=WHICH, beneath=st.none() | WHICH, position=POSITION, by=WHICH)
    def move_section(self, which: int, beneath: int | None, position: int | None, by: int) -> None:
        issue, section = one_of(self.sections(), which)
        parent = None if beneath is None else one_of(issue.all_sections(), beneath)
        siblings = issue.sections if parent is None else parent.sections
        itself = parent is not None and section in issue.path_to(parent)
        fits = not itself and is_in_reach(position, len(siblings) - (section in siblings))
        body = {"parent": parent and parent.id, "position": position}
        self.call("POST", f"/sections/{section.id}/move", body, by=by, status=200 if fits else 422)
        if fits:
            issue.siblings_of(section).remove(section)
            put_in(siblings, position, section)
            issue.write()

    @precondition(lambda self: self.sections())
    @rule(which=WHICH, by=WHICH)
    def delete_section(self, which: int, by: int) -> None:
        issue, section = one_of(self.sections(), which)
        self.call("DELETE", f"/sections/{section.id}", by=by, status=204)
        above = issue.path_to(section)[:-1]
        (above[-1].items if above else self.model.inbox).extend(section.items)
        siblings = issue.siblings_of(section)
        place = siblings.index(section)
        siblings[place : place + 1] = section.sections
        issue.write()

    # items

    @precondition(lambda self: self.sections() and len(self.items()) < 15)
    @rule(which=WHICH, tags=st.none() | LABELS, position=POSITION, by=WHICH)
    def add_item(self, which: int, tags: list[str] | None, position: int | None, by: int) -> None:
        issue, section = one_of(self.sections(), which)
        body = {"title": self.title(), "section": section.id, "tags": tags, "position": position}
        fits = is_in_reach(position, len(section.items))
        made = self.call("POST", f"/issues/{issue.number}/items", body, by=by, status=201 if fits else 422)
        if fits:
            put_in(section.items, position, self.made(issue, section, made, tags))
            issue.write()

    def made(self, issue: Issue | None, section: Section | None, made: Any, tags: list[str] | None) -> Item:
        if tags is not None:
            tags = self.model.resolved(tags)
        elif issue and section:
            tags = issue.tag_in(section)
        return Item(made["id"], made["title"], tags)

    @rule(tags=st.none() | LABELS)
    def collect_item(self, tags: list[str] | None) -> None:
        made = self.call("POST", "/items", {"title": self.title(), "tags": tags}, status=201)
        self.model.inbox.append(self.made(None, None, made, tags))

    @precondition(lambda self: len(self.items()) < 15)
    @rule(rows=st.lists(st.none() | WHICH, min_size=1, max_size=4), wrong=st.booleans(), whole=st.booleans(), by=WHICH)
    def add_batch(self, rows: list[int | None], wrong: bool, whole: bool, by: int) -> None:
        """The section of each row; None for the inbox."""
        there = self.sections()
        places = [one_of(there, row) if row is not None and there else (None, None) for row in rows]
        items: list[Any] = [
            {"title": self.title(), "issue": issue.number, "section": section.id}
            if issue and section
            else {"title": self.title()}
            for issue, section in places
        ]
        if wrong:
            items.append({"title": self.title(), "tags": ["pottery"]})
        fails = wrong and whole
        told = self.call(
            "POST", "/items/batch", {"items": items, "all_or_nothing": whole}, by=by, status=422 if fails else 201
        )
        if fails:
            return
        for (issue, section), row in zip(places, told["results"], strict=False):
            item = self.made(issue, section, row["item"], None)
            (section.items if section else self.model.inbox).append(item)
        for issue in dict.fromkeys(issue for issue, _ in places if issue):
            issue.write()

    @precondition(lambda self: self.items())
    @rule(which=WHICH, tags=st.none() | LABELS, by=WHICH)
    def change_item(self, which: int, tags: list[str] | None, by: int) -> None:
        issue, item = one_of(self.items(), which)
        item.title = self.title()
        body: dict[str, Any] = {"title": item.title}
        if tags is not None:
            item.tags = self.model.resolved(tags)
            body["tags"] = tags
        self.call("PATCH", f"/items/{item.id}", body, by=by)
        if issue:
            issue.write()

    @precondition(lambda self: self.items())
    @rule(which=WHICH, towards=st.none() | WHICH, position=POSITION, by=WHICH)
    def move_item(self, which: int, towards: int | None, position: int | None, by: int) -> None:
        issue, item = one_of(self.items(), which)
        holder = issue.holder(item).items if issue else self.model.inbox
        if towards is None or not self.sections():
            self.call("POST", f"/items/{item.id}/move", {"issue": None}, by=by)
            if issue:
                holder.remove(item)
                self.model.inbox.append(item)
                issue.write()
            return
        there, section = one_of(self.sections(), towards)
        body = {"issue": there.number, "section": section.id, "position": position}
        fits = is_in_reach(position, len(section.items) - (item in section.items))
        self.call("POST", f"/items/{item.id}/move", body, by=by, status=200 if fits else 422)
        if fits:
            holder.remove(item)
            put_in(section.items, position, item)
            if item.tags is None:
                item.tags = there.tag_in(section)
            for written in {issue, there} - {None}:
                assert written is not None
                written.write()

    @precondition(lambda self: self.items())
    @rule(which=WHICH, by=WHICH)
    def delete_item(self, which: int, by: int) -> None:
        issue, item = one_of(self.items(), which)
        self.call("DELETE", f"/items/{item.id}", by=by, status=204)
        (issue.holder(item).items if issue else self.model.inbox).remove(item)
        if issue:
            issue.write()

    # tags

    @rule(which=WHICH)
    def rename_tag(self, which: int) -> None:
        slug = one_of(self.model.tags, which)
        new = self.title().lower().replace(" ", "-")
        self.call("PATCH", f"/tags/{slug}", {"slug": new})
        self.model.replace_tag(slug, new)

    @precondition(lambda self: len(self.model.tags) > 2)
    @rule(which=WHICH, into=WHICH)
    def merge_tags(self, which: int, into: int) -> None:
        gone, slug = one_of(self.model.tags, which), one_of(self.model.tags, into)
        itself = gone == slug
        self.call("POST", f"/tags/{gone}/merge", {"into": slug}, status=422 if itself else 200)
        if not itself:
            self.model.replace_tag(gone, slug)

    # invariants

    @invariant()
    def working_copies_are_the_model(self) -> None:
        present: dict[tuple[str, int], int] = {}
        for issue in self.model.issues.values():
            address = f"/issues/{issue.number}"
            if issue.deleted:
                self.call("GET", f"{address}/draft", status=404)
                self.call("GET", address, status=404)
                continue
            draft = self.call("GET", f"{address}/draft")
            assert shown(draft) == said(issue)
            present |= versions_in(draft["sections"])
            if issue.status == "published":
                assert without(self.call("GET", address)) == without(draft)
            else:
                self.call("GET", address, status=404)
            self.newest_revision_is(issue)
        for what, version in present.items():
            assert version >= self.versions.get(what, 1), what
        self.versions = present

    def newest_revision_is(self, issue: Issue) -> None:
        if self.revised.get(issue.number) == issue.version:
            return  # nothing was written since the last look
        address = f"/issues/{issue.number}/revisions"
        newest = self.call("GET", f"{address}?limit=1")["data"][0]["version"]
        assert newest == issue.version
        assert shown(self.call("GET", f"{address}/{newest}")) == said(issue.kept[newest])
        self.revised[issue.number] = newest

    @invariant()
    def the_inbox_and_the_bin_are_the_models(self) -> None:
        collected = self.call("GET", "/inbox?limit=100")["data"]
        newest_first = sorted(self.model.inbox, key=lambda item: -item.id)
        assert [(item["id"], item["title"], item["tags"]) for item in collected] == [
            (item.id, item.title, item.tags or []) for item in newest_first
        ]
        binned = sorted((issue.number for issue in self.model.issues.values() if issue.deleted), reverse=True)
        assert [issue["number"] for issue in self.call("GET", "/bin")["data"]] == binned

    @invariant()
    def the_archive_is_what_is_published(self) -> None:
        published = [issue for issue in self.live() if issue.status == "published"]
        published.sort(key=lambda issue: (issue.published_at or "", issue.number), reverse=True)
        items = [(item, issue) for issue in published for item in issue.all_items()]
        rows = self.call("GET", "/items?limit=100")["data"]
        assert [(row["id"], row["issue"]) for row in rows] == [(item.id, issue.number) for item, issue in items]
        tags = {tag["slug"]: tag["count"] for tag in self.call("GET", "/tags?limit=100")["data"]}
        having = {tag: [item.id for item, _ in items if item.tags and tag in item.tags] for tag in self.model.tags}
        assert tags == {tag: len(ids) for tag, ids in having.items()}
        for tag in self.model.tags:
            if having[tag]:
                rows = self.call("GET", f"/tags/{tag}/items?limit=100")["data"]
                assert [row["id"] for row in rows] == having[tag], tag

    def teardown(self) -> None:
        """What was written difference by difference is what compiling all of it at once writes."""
        written = rows_of_the_archive(self.api.database)
        with self.api.database.writing() as session:
            session.execute(update(ArchivedIssue).values(compiler="another"))
            gate.recompile(session, archive.numbers(session))
        assert rows_of_the_archive(self.api.database) == written


def rows_of_the_archive(database: Database) -> dict[str, list[str]]:
    """All rows that the gate writes, by table."""
    names = sorted(name for name in Base.metadata.tables if name.startswith(("archive_", "search_")))
    columns = "rowid, title, body" if database.dialect == "sqlite" else "id, title, terms"
    statements = {name: text(f"SELECT * FROM {name}") for name in names}
    statements["search_index"] = text(f"SELECT {columns} FROM search_index")
    with database.reading() as session:
        return {name: sorted(map(repr, session.execute(each))) for name, each in statements.items()}


def versions_in(sections: list[Any]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for section in sections:
        found["section", section["id"]] = section["version"]
        found |= {("item", item["id"]): item["version"] for item in section["items"]}
        found |= versions_in(section["sections"])
    return found


def without(document: Any) -> Any:
    """The fields that a working copy and a public document share."""
    if isinstance(document, list):
        return [without(each) for each in document]
    if isinstance(document, dict):
        common = {name: without(value) for name, value in document.items() if name not in ("links", "scheduled_at")}
        if "position" in document:  # sections and items have versions for authors alone
            common.pop("version", None)
        return common
    return document


def test_after_any_sequence_of_writes_all_agrees(api: Api) -> None:
    run_state_machine_as_test(
        lambda: Writing(api),
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
