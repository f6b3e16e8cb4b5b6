"""Managing tags, the publication, users and API keys."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from masthead_client import Conflict, Forbidden, Invalid, Masthead, NotFound, Stale, Unauthenticated

from tests.api import PASSWORD
from tests.factories import a_section, an_issue

ANOTHER = "another horse with a staple"


def test_tags_are_added_changed_and_deleted(editor: Masthead, reader: Masthead) -> None:
    made = editor.create_tag(name="World Models", description="Of worlds.", aliases=["worlds"])
    assert (made.slug, made.aliases, made.item_count, made.section_count) == ("world-models", ["worlds"], 0, 0)
    assert reader.tag("worlds").slug == "world-models"

    changed = editor.change_tag("world-models", slug="models", name="Models", description=None, if_match=made)
    assert (changed.slug, changed.name, changed.description) == ("models", "Models", None)
    assert reader.tag("world-models").slug == "models"
    assert editor.draft_tag("models") == changed

    with pytest.raises(Stale) as caught:
        editor.delete_tag("models", if_match=made)
    assert caught.value.current is not None
    assert caught.value.current["name"] == "Models"
    editor.delete_tag("models", if_match=changed)
    with pytest.raises(NotFound):
        editor.draft_tag("models")


def test_a_tag_that_is_merged_becomes_an_alias(editor: Masthead, reader: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True, sections=[a_section(items=2)]))
    with pytest.raises(Conflict):
        editor.delete_tag("research")

    merged = editor.merge_tag("research", "product", if_match=editor.draft_tag("research"))

    assert (merged.slug, merged.item_count) == ("product", 2)
    assert "research" in merged.aliases
    assert reader.tag("research").slug == "product"
    assert {tuple(item.tags) for item in reader.issue(1).all_items()} == {("product",)}
    with pytest.raises(Conflict) as caught:
        editor.create_tag(name="Research")
    assert caught.value.code == "tag-taken"


def test_the_publication_is_changed(admin: Masthead, reader: Masthead, editor: Masthead) -> None:
    before = admin.publication()
    changed = admin.change_publication(title="The Daily Gradient", if_match=before)

    assert (changed.title, changed.author, changed.version) == ("The Daily Gradient", before.author, before.version + 1)
    assert reader.front().publication.title == "The Daily Gradient"
    assert editor.publication() == changed
    with pytest.raises(Stale):
        admin.change_publication(title="Mine", if_match=before)
    with pytest.raises(Forbidden):
        editor.change_publication(title="Mine")


def test_admins_manage_users(admin: Masthead, editor: Masthead, server: str) -> None:
    made = admin.create_user("bob", "author", PASSWORD)
    assert (made.name, made.role, made.disabled_at) == ("bob", "author", None)
    assert [user.name for user in admin.users()] == ["admin", "author", "bob", "editor"]
    with pytest.raises(Conflict) as caught:
        admin.create_user("bob", "editor", PASSWORD)
    assert caught.value.code == "name-taken"

    with Masthead(server, username="bob", password=PASSWORD) as bob:
        assert bob.me().name == "bob"
        admin.disable_user("bob")
        with pytest.raises(Unauthenticated):
            bob.me()
    assert [user.name for user in admin.users() if user.disabled_at] == ["bob"]

    with pytest.raises(NotFound):
        admin.disable_user("nobody")
    for call in (editor.users, editor.api_keys):
        with pytest.raises(Forbidden):
            call()


def test_an_api_key_is_a_token_that_does_not_expire(admin: Masthead, server: str, app: FastAPI) -> None:
    expires = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    made = admin.create_api_key("Zapier", ["content:read", "content:write"], expires_at=expires)
    forever = admin.create_api_key("Forever", ["content:read"])

    assert made.key.startswith(made.start)
    assert (made.expires_at, forever.expires_at, made.created_by) == (expires, None, "admin")
    assert made.key not in repr(admin.api_keys())

    with Masthead(server, token=made.key) as program:
        me = program.me()
        assert (me.name, me.role, me.scopes) == ("Zapier", None, ["content:read", "content:write"])
        assert program.collect_item(title="From afar").title == "From afar"
        assert program.refresh_token is None
        with pytest.raises(Forbidden):
            program.publish(program.create_issue(title="Mine").number)

        admin.revoke_api_key(made.id)
        with pytest.raises(Unauthenticated):
            program.me()
    app.state.key_uses.write(app.state.database)
    assert [(key.name, key.revoked_at is not None, key.last_used_at is not None) for key in admin.api_keys()] == [
        ("Forever", False, False),
        ("Zapier", True, True),
    ]
    with pytest.raises(Invalid):
        admin.create_api_key("Late", ["content:read"], expires_at=expires - timedelta(days=2))


def test_changing_the_password_keeps_the_client_signed_in(server: str) -> None:
    with (
        Masthead(server, username="author", password=PASSWORD) as here,
        Masthead(server, username="author", password=PASSWORD) as there,
    ):
        assert here.me() == there.me()
        with pytest.raises(Forbidden):
            here.change_password("not the password", ANOTHER)
        here.change_password(PASSWORD, ANOTHER)

        assert here.me().name == "author"
        with pytest.raises(Unauthenticated) as caught:
            there.me()
        assert caught.value.code == "wrong-password"

        # It signs in by the new one from now on.
        with Masthead(server, username="author", password=ANOTHER) as elsewhere:
            elsewhere.me()
            elsewhere.change_password(ANOTHER, f"{ANOTHER} again")
        with pytest.raises(Unauthenticated):
            here.me()
