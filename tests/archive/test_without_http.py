"""Lists are for any caller: a script asks for them with a session, and loads nothing of HTTP."""

import json
import subprocess
import sys

from tests.api import Api
from tests.factories import an_issue

SCRIPT = """
import json, sys
from app.archive import items
from app.archive.schemas import ItemFilters
from app.db.engine import Database
from app.db.pages import PageRequest

database = Database(sys.argv[1])
titles, after = [], None
with database.reading() as session:
    while True:
        page = items.page(session, PageRequest(limit=2, after=after, count_total=True), ItemFilters(tag=["research"]))
        titles += [json.loads(row)["title"] for row in page.rows]
        after = page.next_key
        if after is None:
            break
http = sorted({name.partition(".")[0] for name in sys.modules} & {"fastapi", "starlette", "uvicorn"})
print(json.dumps({"titles": titles, "total": page.total, "http": http, "web": "app.web" in sys.modules}))
"""


def test_a_script_walks_a_list_of_items_with_a_session_and_no_request(api: Api, database_url: str) -> None:
    for number in (74, 75):
        api.editor.post("/issues", json=an_issue(number, published=True)).raise_for_status()

    done = subprocess.run([sys.executable, "-c", SCRIPT, database_url], capture_output=True, text=True, check=True)

    titles = [item["title"] for item in api.walk("/items?tag=research")]
    assert json.loads(done.stdout) == {"titles": titles, "total": len(titles), "http": [], "web": False}
