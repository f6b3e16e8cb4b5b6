"""The package by itself, in a plain script."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from app.newsletters import File, IssueRead, load_files, load_paths

(issue,) = load_files([File("75.md", b"# Clay Letter #75: Kilns\\n\\n## Research\\n\\n- [A kiln](https://example.org)\\n")])
assert isinstance(issue, IssueRead)
print(issue.number, issue.document()["sections"][0]["items"][0]["url"])
print(*(found.reason for found in load_paths(["/nowhere"])))
print(*sorted({"sqlalchemy", "fastapi", "starlette", "app.db", "app.web"} & sys.modules.keys()))
"""


def test_it_reads_newsletters_without_a_database_or_a_server(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "75 https://example.org\nNo such file or directory\n\n"
