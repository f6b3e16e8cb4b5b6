"""Generate the synchronous client from the asynchronous one: `python clients/python/unasync.py`.

Applies the rules to the modules of `masthead_client/_async` and writes `masthead_client/_sync`, which a test compares.
"""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ASYNC = Path(__file__).parent / "masthead_client/_async"
SYNC = ASYNC.with_name("_sync")

RULES = {
    r"\basync (def|with|for)\b": r"\1",
    r"^ *# Shielded.*\n": "",
    r"\bawait shield\((.*)\)$": r"\1",  # there are no tasks to cancel
    r"\bawait ": "",
    r"\bAsync(?=[A-Z])": "",
    r"\b__a(enter|exit|iter)__": r"__\1__",
    r"\baclose\b": "close",
    r"\bAwaitable, ": "",
    r"\bAwaitable\[(.*?)\]": r"\1",
    r"^from asyncio import Lock, shield, sleep$": "from threading import Lock\nfrom time import sleep",
    r"\bmasthead_client\._async\b": "masthead_client._sync",
    r"\basynchronous\b": "synchronous",
    r"\bThe tasks of one event loop\b": "Threads",
    r"\banother task\b": "another thread",
}
"""Regular expressions and what replaces their matches, in the order in which they are applied."""


def generate(rules: Mapping[str, str] = RULES) -> dict[Path, str]:
    """The modules of the synchronous client, by path. Raises ValueError for a rule that matches nowhere."""
    modules, unused = {}, set(rules)
    for source in sorted(ASYNC.glob("*.py")):
        code = f"# Generated from _async/{source.name} by unasync.py: edit that file instead.\n{source.read_text()}"
        for pattern, replacement in rules.items():
            code, count = re.subn(pattern, replacement, code, flags=re.MULTILINE)
            if count:
                unused.discard(pattern)
        modules[SYNC / source.name] = _formatted(code)
    if unused:
        raise ValueError(f"these rules match nothing: {', '.join(sorted(unused))}")
    return modules


def _formatted(code: str) -> str:
    # Lines without `await` are shorter and may fit on one, and the imports sort differently.
    for arguments in (["check", "--select", "I", "--fix-only"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *arguments, "-q", "--stdin-filename", str(ASYNC / "module.py"), "-"]
        code = subprocess.run(ruff, input=code, capture_output=True, text=True, check=True).stdout
    return code


if __name__ == "__main__":
    for path, code in generate().items():
        path.write_text(code)
