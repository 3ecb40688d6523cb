"""Tests that run side by side are told as if they had run one after the other, and none is lost."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = {
    "test_passes.py": "import pytest\n@pytest.mark.parametrize('n', range(20))\ndef test_it(n, tmp_path): (tmp_path / 'x').touch()\n",
    "test_fails.py": "def test_wrong(): assert 1 == 2, 'said'\ndef test_right(): pass\n",
    "test_skips.py": "import pytest\ndef test_it(): print('printed'); pytest.skip('why')\n",
    "test_breaks.py": "import pytest\n@pytest.fixture\ndef it(): yield; 1 / 0\ndef test_it(it): pass\n",
    "test_ends.py": "import os\nfrom pathlib import Path\n"
    "def test_before(): Path('pid').write_text(str(os.getpid()))\ndef test_it(): os._exit(0)\ndef test_after(): pass\n",
}  # fmt: skip


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", "-rsf", "-p", "side_by_side", *words]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_what_they_report_is_told_and_counted_once(tmp_path: Path) -> None:
    done = run(tmp_path, "--side-by-side", "3", "-p", "no:cacheprovider")
    assert "3 failed, 23 passed, 1 skipped, 1 error" in done.stdout, done.stdout + done.stderr
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "AssertionError: said" in done.stdout
    assert re.search(r"^SKIPPED \[1\] test_skips\.py:2: why$", done.stdout, re.MULTILINE)
    lost = re.findall(r"^FAILED test_ends\.py::(\w+) - the process that ran this", done.stdout, re.MULTILINE)
    assert lost == ["test_it", "test_after"]
    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_one_fault_is_enough_where_that_is_asked(tmp_path: Path) -> None:
    done = run(tmp_path, "--side-by-side", "2", "-x", "-k", "wrong or passes")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "stopping after 1 failures" in done.stdout


def test_files_that_share_a_server_go_to_one_process_while_others_have_other_work(tmp_path: Path) -> None:
    sharing = """
import os, time, pytest
from pathlib import Path
pytestmark = pytest.mark.{mark}
def test_it():
    Path(__file__).with_suffix(".pid").write_text(str(os.getpid()))
    time.sleep(0.2)
"""
    folder = tmp_path / "shared"
    folder.mkdir()
    for n in range(4):
        (folder / f"test_a{n}.py").write_text(sharing.format(mark="shares('server')"), "utf-8")
    for n in range(8):
        (folder / f"test_b{n}.py").write_text(sharing.format(mark="filterwarnings('error')"), "utf-8")
    done = run(tmp_path, "shared", "--side-by-side", "2", "-o", "markers=shares(name): so")
    assert "12 passed" in done.stdout, done.stdout + done.stderr
    had = [{(folder / f"test_{kind}{n}.pid").read_text() for n in range(count)} for kind, count in (("a", 4), ("b", 8))]
    assert len(had[0]) == 1, "one process had all that share"
    assert len(had[1]) == 2, "and none was idle"
