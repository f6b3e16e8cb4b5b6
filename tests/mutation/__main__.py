"""Make random mutations, each in a copy of the project, and report those that no test notices.

First the tests are run once, on SQLite, to see which functions each of them runs. Each mutation is then tested by
those that run its function, the quickest first, until one fails. What locks do is not seen on SQLite.
"""

import argparse
import ast
import difflib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from tests.mutation import reach
from tests.mutation.operators import mutations

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", ".hypothesis", "*.db*")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.mutation.reach")
ON_SQLITE = ("-k", "not postgresql")


class Mutant(NamedTuple):
    file: str
    index: int
    """Among the mutations of its file."""
    line: int
    function: int | None


class Test(NamedTuple):
    name: str
    seconds: float
    functions: frozenset[str]


def main() -> None:
    arguments = _arguments()
    end = time.monotonic() + arguments.minutes * 60
    found = [mutant for path in arguments.paths for mutant in _mutants(path)]
    chosen = random.Random(arguments.seed).sample(found, min(arguments.count, len(found)))
    with ExitStack() as folders:
        copies: SimpleQueue[Path] = SimpleQueue()
        for _ in range(arguments.jobs):
            copies.put(_copy(Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="mutation-")))))
        reached = _copy(Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="mutation-"))))
        tests = _record(reached, arguments.tests, arguments.jobs)
        assert _status(reached, tests[:1]) == 0
        print(f"{len(chosen)} of {len(found)} mutations, {len(tests)} tests", flush=True)

        def judge(mutant: Mutant) -> str:
            if time.monotonic() > end:
                return "not tried"
            nearest = _nearest(mutant, tests, arguments.seconds)
            if not nearest:
                _report("no test runs it", mutant, [])
                return "not run"
            copy = copies.get()
            try:
                verdict = _verdict(copy, mutant, nearest)
            finally:
                copies.put(copy)
            if verdict == "survived":
                _report(f"survived {len(nearest)} tests", mutant, _difference(mutant))
            return verdict

        with ThreadPoolExecutor(arguments.jobs) as threads:
            verdicts = list(threads.map(judge, chosen))
    counts = {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)}
    tried = len(verdicts) - counts.get("not tried", 0)
    killed = counts.get("killed", 0) + counts.get("timed out", 0)
    print(f"killed {killed} of {tried} ({100 * killed / max(1, tried):.0f} %); {counts}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("paths", nargs="+", help="files and folders to mutate, as app/auth")
    parser.add_argument("--count", type=int, default=50, help="how many mutations (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choice (default: 1)")
    parser.add_argument("--minutes", type=float, default=60, help="begin no mutation after so long (default: 60)")
    parser.add_argument("--seconds", type=float, default=60, help="of tests for each mutation, at most (default: 60)")
    parser.add_argument("--jobs", type=int, default=2, help="mutations that are tested at once (default: 2)")
    parser.add_argument("--tests", nargs="+", default=["tests", "--ignore=tests/house"], help="arguments for pytest")
    return parser.parse_args()


def _mutants(path: str) -> Iterator[Mutant]:
    for file in [ROOT / path] if path.endswith(".py") else sorted((ROOT / path).rglob("*.py")):
        for index, mutation in enumerate(mutations(ast.parse(file.read_text()))):
            yield Mutant(str(file.relative_to(ROOT)), index, mutation.line, mutation.function)


def _mutated(mutant: Mutant) -> str:
    tree = ast.parse((ROOT / mutant.file).read_text())
    list(mutations(tree))[mutant.index].apply()
    return ast.unparse(tree)


def _difference(mutant: Mutant) -> list[str]:
    before = ast.unparse(ast.parse((ROOT / mutant.file).read_text())).splitlines()
    lines = list(difflib.unified_diff(before, _mutated(mutant).splitlines(), n=0, lineterm=""))
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT, folder / "project", ignore=NOT_COPIED))


def _record(copy: Path, tests: list[str], jobs: int) -> list[Test]:
    """The tests that pass, with what each of them runs."""
    for file in sorted((copy / "app").rglob("*.py")):
        file.write_text(reach.instrumented(file.read_text(), str(file.relative_to(copy))))
    records = copy.parent / "records"
    records.mkdir()
    _run(copy, [*tests, *ON_SQLITE, "-n", str(jobs)], {reach.RECORD: str(records)}, timeout=1800)
    found: dict[str, Test] = {}
    for file in records.iterdir():
        for name, test in json.loads(file.read_text()).items():
            if test["passed"] and test["functions"]:
                found[name] = Test(name, test["seconds"], frozenset(test["functions"]))
    if not found:
        sys.exit("No test passed on the code as it is: run them by pytest to see why.")
    return list(found.values())


def _nearest(mutant: Mutant, tests: list[Test], seconds: float) -> list[Test]:
    """The tests that run a mutant's function, the quickest first, for so many seconds.

    For what is in no function those that run one of its module, or, if that has none, one of its folder.
    """
    if mutant.function is not None:
        near = [test for test in tests if f"{mutant.file}:{mutant.function}" in test.functions]
    else:
        near = _run_some(tests, f"{mutant.file}:") or _run_some(tests, f"{Path(mutant.file).parent}/")
    chosen = []
    for test in sorted(near, key=lambda test: test.seconds):
        seconds -= test.seconds
        if seconds < 0 and chosen:
            break
        chosen.append(test)
    return chosen


def _run_some(tests: list[Test], prefix: str) -> list[Test]:
    return [test for test in tests if any(function.startswith(prefix) for function in test.functions)]


def _verdict(copy: Path, mutant: Mutant, nearest: list[Test]) -> str:
    file = copy / mutant.file
    original = file.read_text()
    file.write_text(_mutated(mutant))
    try:
        status = _status(copy, nearest)
    finally:
        file.write_text(original)
        shutil.rmtree(file.parent / "__pycache__", ignore_errors=True)  # known by its time, to the second, and size
    if status is None:
        return "timed out"
    assert status != 5, f"no test of {mutant} was found"
    return "survived" if status == 0 else "killed"


def _status(copy: Path, tests: list[Test]) -> int | None:
    """The exit status of these tests, in their order until one fails; None when they took too long."""
    selection = copy.parent / "selection"
    selection.write_text("\n".join(test.name for test in tests))
    files = dict.fromkeys(test.name.partition("::")[0] for test in tests)
    timeout = 30 + 4 * sum(test.seconds for test in tests)
    return _run(copy, [*files, *ON_SQLITE, "-x", "-n", "0"], {reach.SELECT: str(selection)}, timeout)


def _run(copy: Path, arguments: list[str], variables: dict[str, str], timeout: float) -> int | None:
    """Run pytest in a copy; its exit status, or None when it took too long and was ended with all that it started."""
    environment = {**os.environ, "PYTHONPATH": str(copy), **variables}
    with subprocess.Popen(
        [*PYTEST, *arguments],
        cwd=copy,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


def _report(said: str, mutant: Mutant, difference: list[str]) -> None:
    print(f"\n{mutant.file}:{mutant.line}: {said}", *difference, sep="\n", flush=True)


if __name__ == "__main__":
    main()
