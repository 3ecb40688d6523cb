"""The tour happens: twice in one folder, whatever the first one left there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.stack import REPOSITORY


@pytest.mark.long
@pytest.mark.timeout(600)  # two tours, each of them all servers and some thirty commands
def test_the_whole_tour_happens_and_once_more(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "demo.run", "--once", "--folder", str(tmp_path / "s")]
    paths = f"{REPOSITORY}/addons:{REPOSITORY}/scripts"
    for databases in ([], ["--databases", "qdrant,chroma"]):
        done = subprocess.run(
            [*words, *databases],
            env={**os.environ, "PYTHONPATH": paths},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["the whole tour happened"]), done.stderr
        told = [line.strip() for line in done.stdout.splitlines()]
        for line in ("state        granted", "state        ended (revoked)", "not used     count"):
            assert line in told
        assert any(line.startswith("bob sees at http://localhost:") for line in told)
        assert any(line.startswith("operations   search ") for line in told)
        refused = [line for line in told if line.startswith("carol") and "oracle.field" in line]
        assert len(refused) == 2, "before it was granted, and after it was taken back"
        assert "s later" in refused[1]
