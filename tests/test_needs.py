"""Markers for what a test needs of the machine: on every test that needs it, and no other."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from needs import FIXTURES

TESTS: Final = Path(__file__).parent
#: By marker and file: the tests that need it, and no others of that file.
MARKED: Final[dict[str, dict[str, str]]] = {
    "netns": {
        "path/reaching/test_transparent_rules.py": "",
        "attacks/test_requests.py": r"\[transparent-",
        "demo/test_stack.py": "::test_the_hosts_loopback_has_no_port_of_chroma$",
    },
    "root": {
        "path/reaching/test_transparent_rules.py": "",
        "attacks/test_requests.py": r"\[transparent-",
        "path/failing/test_journal_full.py": "",  # the gateway of them all has its journal on a disk of its own
        "recording/test_journal.py": "::test_a_full_disk_refuses_and_recovers$",
    },
    "browser": {"path/running/test_viewer.py": "::test_(?:a_person_sees_the_flows|the_list_begins_with_now)"},
    "slow": {
        "bench/test_bench.py": "::test_(?:every_row_has_every|a_yes_and_a_revocation|rows_and_guards_are_put|qdrant_is_searched|writes_are_timed|memory_is_read|one_and_two_workers)",
        "demo/test_qdrant_recorded.py": "::test_recorded_calls_are_answered_as_the_real_server_did\\[",
    },
}


_COLLECT: Final = """
import sys, pytest
class Told:
    def pytest_collection_finish(self, session):
        for item in session.items:
            print("::told", item.nodeid, sorted({mark.name for mark in item.iter_markers()}), sep="\\t")
sys.exit(pytest.main(["--collect-only", "-qq", *sys.argv[1:]], plugins=[Told()]))
"""


@pytest.fixture(scope="module")
def collected() -> dict[str, str]:
    """The markers of each test of those files."""
    files = sorted({file for files in MARKED.values() for file in files})
    command = [sys.executable, "-c", _COLLECT, *files]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines() if line.startswith("::told\t")]
    return {name.removeprefix("tests/"): markers for _, name, markers in lines}


@pytest.mark.sample(1)
@pytest.mark.parametrize("marker", MARKED)
def test_a_marker_leaves_out_what_needs_it_and_nothing_else(collected: dict[str, str], marker: str) -> None:
    files = MARKED[marker]
    here = {name: markers for name, markers in collected.items() if name.partition("::")[0] in files}
    needing = {name for name, markers in here.items() if repr(marker) in markers}
    assert {name.partition("::")[0] for name in needing} == set(files)
    assert needing == {name for name in here if re.search(files[name.partition("::")[0]], name)}


#: What makes a namespace, mounts a disk or starts a browser, as it is written; and the markers of which one must be told.
_MAKES: Final = {
    re.compile(r"netns\.hosts\(|jail\.is_possible\(|\bunshare\b"): "netns",
    re.compile(r"\bsmall_disk\(tmp|run\(\[\"mount\""): "root",
    re.compile(r"\bchromium\(|\bbrowser\("): "browser",
}
#: These make them for a mode, which is told of the case.
_BY_MODE: Final = frozenset({"transparently", "besieged_by"})


def untold() -> Iterator[str]:
    """Functions that make such a thing, of which no test is told to need it."""
    for file in sorted([*TESTS.rglob("test_*.py"), *TESTS.rglob("conftest.py")]):
        text = file.read_text("utf-8")
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or file == Path(__file__):
                continue
            begins = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            said = "\n".join(lines[begins - 1 : node.end_lineno])
            for makes, marker in _MAKES.items():
                names = (node.name, *(one.arg for one in node.args.args))
                told = any(marker in FIXTURES.get(name, ()) for name in names)
                told = told or f"pytest.mark.{marker}" in said or node.name in _BY_MODE
                if makes.search(said) and not told:
                    yield f"{file.relative_to(TESTS)}::{node.name} needs {marker}"


def test_whatever_makes_a_namespace_a_disk_or_a_browser_is_told() -> None:
    assert [*untold()] == []
