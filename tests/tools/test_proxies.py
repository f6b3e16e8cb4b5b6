"""What any proxy must hand on, behind nginx and behind Caddy."""

import re
from urllib.parse import urljoin

import httpx
import pytest
from masthead_client import Masthead
from sqlalchemy import select

from app.auth.models import PasswordAttempts
from app.db.engine import Database
from tests.tools.sites import Site

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("coding", ["gzip", "br", "identity"])
def test_public_answers_arrive_as_masthead_compressed_them(site: Site, coding: str) -> None:
    accepting = {"accept-encoding": coding}
    direct = site.client(site.masthead).get("/issues/75", headers=accepting)
    through = site.client(site.root).get("/issues/75", headers=accepting)
    assert direct.headers.get("content-encoding", "identity") == coding
    assert through.headers.get("content-encoding", "identity") == coding
    assert through.headers["etag"] == direct.headers["etag"]
    assert through.headers.get_list("vary") == ["Accept-Encoding"]
    assert through.json() == direct.json()

    again = site.client(site.root).get("/issues/75", headers={**accepting, "if-none-match": through.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", through.headers["etag"])
    assert again.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_draft_is_edited_safely(site: Site, coding: str) -> None:
    editor = site.client(site.root, role="editor")
    editor.headers["accept-encoding"] = coding
    draft = editor.get("/issues/76/draft")
    assert draft.headers.get("content-encoding", "identity") == coding
    assert re.fullmatch(r'(W/)?"v\d+"', draft.headers["etag"])
    tag = {"if-match": draft.headers["etag"]}

    changed = editor.patch("/issues/76", json={"title": f"Changed with {coding}"}, headers=tag)
    assert changed.status_code == 200, changed.text
    assert changed.json()["version"] == draft.json()["version"] + 1

    refused = editor.patch("/issues/76", json={"title": "Too late"}, headers=tag)
    assert (refused.status_code, refused.json()["code"]) == (412, "stale")


def test_what_carries_secrets_is_not_compressed(site: Site) -> None:
    for base in (site.root, site.beneath):
        admin = site.client(base, role="admin")
        admin.headers["accept-encoding"] = "gzip, br, zstd"
        for place in range(10):
            key = admin.post(f"{base}/api-keys", json={"name": f"key {place}", "scopes": ["content:read"]})
            assert key.status_code == 201
            assert "content-encoding" not in key.headers
        preview = admin.post(f"{base}/issues/75/preview")
        assert preview.status_code == 201
        assert "content-encoding" not in preview.headers
        keys = admin.get(f"{base}/api-keys")
        assert len(keys.content) > 1024
        assert "content-encoding" not in keys.headers


def test_the_api_is_whole_beneath_a_path(site: Site) -> None:
    client = site.client(site.beneath, role="editor")
    host = site.beneath.removesuffix("/api")

    def get(address: str) -> httpx.Response:
        assert address.startswith("/api/"), address
        return client.get(host + address)

    for name, address in get("/api/").json()["links"].items():
        assert get(address + ("?q=paper" if name == "search" else "")).status_code == 200

    rows, address = 0, "/api/items?limit=3&tag=Research"
    while address:
        page = get(address)
        rows += len(page.json()["data"])
        address = page.json()["page"]["next"]
        assert page.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
    assert rows == 10

    moved = get("/api/tags/Papers?fields=slug")
    assert moved.status_code == 308
    assert get(moved.headers["location"]).json() == {"slug": "research"}

    problem = get("/api/issues/999").json()
    assert "<h1>Not found</h1>" in get(problem["type"]).text

    made = client.post(f"{site.beneath}/items", json={"title": "T"})
    assert get(made.headers["location"]).json()["title"] == "T"

    page = get("/api/docs")
    for file in re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)["']""", page.text):
        assert get(urljoin("/api/docs", file)).status_code == 200
    description = get("/api/openapi.json").json()
    assert description["servers"] == [{"url": "/api"}]
    assert "/api/auth/token" in str(description["components"]["securitySchemes"])

    assert client.get(f"{host}/api", follow_redirects=True).json() == get("/api/").json()
    assert get("/api/issues/75").content == site.client(site.root).get("/issues/75").content


def test_the_client_works_beneath_a_path(site: Site) -> None:
    transport = httpx.HTTPTransport(verify=site.tls)
    with Masthead(site.beneath, username="editor", password="correct horse battery staple", transport=transport) as api:
        assert len(list(api.items(limit=3))) == 10
        assert api.tag("Papers").slug == "research"
        assert api.draft(76).number == 76


def test_an_encoded_slash_arrives(site: Site) -> None:
    for base in (site.root, site.beneath):
        for path in ("/tags/a%2Fb", "/tags/%C3%A4", "/sections/a%20b"):
            direct = site.client(site.masthead).get(path)
            through = site.client(base).get(base + path)
            detail = through.json()["detail"].replace("/api/", "/")
            assert (through.status_code, detail) == (404, direct.json()["detail"])


def test_a_client_cannot_say_where_the_api_is(site: Site) -> None:
    for base, root in ((site.root, ""), (site.beneath, "/api")):
        client = site.client(base)
        for headers in ({"x-forwarded-prefix": "/evil"}, {}):
            answer = client.get(f"{base}/items?limit=1&fields=id", headers=headers)
            assert answer.json()["page"]["next"].startswith(f"{root}/items?")


@pytest.mark.parametrize("forwarded", [{}, {"x-forwarded-for": "9.9.9.9"}])
def test_the_address_of_the_client_is_known(site: Site, forwarded: dict[str, str]) -> None:
    source = "127.0.0.2" if forwarded else "127.0.0.3"
    form = {"username": "nobody", "password": "a wrong password"}

    def counted() -> dict[str, int]:
        database = Database(site.database_url)
        with database.reading() as session:
            attempts = dict(session.execute(select(PasswordAttempts.subject, PasswordAttempts.number)).all())
        database.close()
        return {subject: number for subject, number in attempts.items() if subject.startswith("address:")}

    before = counted()
    refused = site.client(site.root, source=source).post("/auth/token", data=form, headers=forwarded)
    assert refused.status_code == 401
    (subject,) = (subject for subject, number in counted().items() if before.get(subject) != number)
    assert source in subject


def test_the_largest_bodies_and_headers_arrive_and_larger_ones_are_refused(site: Site) -> None:
    editor = site.client(site.root, role="editor")
    large = editor.post("/items", content=b" " * (5 << 20) + b"{}", headers={"content-type": "application/json"})
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    too_large = editor.post("/items", content=b" " * (8 << 20), headers={"content-type": "application/json"})
    assert too_large.status_code in (413, 502)  # the latter by Caddy 2.6

    assert editor.get("/issues/75/draft", headers={"x-long": "a" * 30_000}).status_code == 200
    # The `Link` header repeats the query.
    alternatives = "&".join(f"tag=research,{place}{'b' * 400}" for place in range(20))
    page = site.client(site.root).get(f"/items?limit=1&{alternatives}")
    assert (page.status_code, len(page.headers["link"]) > 8_000) == (200, True)
