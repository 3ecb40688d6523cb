"""A token for anybody in the demo, while it runs; and a sentence when it does not."""

import os
import subprocess
from pathlib import Path

import jwt
import pytest

from demo import bao_setup, token
from demo.stack import REPOSITORY, Stack


@pytest.mark.parametrize(("name", "group"), bao_setup.PEOPLE.items())
def test_everybody_gets_their_own(stack: Stack, capsys: pytest.CaptureFixture[str], name: str, group: str) -> None:
    assert token.main(["--folder", str(stack.folder), name]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    claims = jwt.decode(line, options={"verify_signature": False})
    assert (claims["preferred_username"], claims["groups"]) == (name, [group])
    assert claims["exp"] - claims["iat"] == 3600


def test_the_script_prints_the_token_and_nothing_else(stack: Stack) -> None:
    script = [str(REPOSITORY / "scripts" / "token"), "--folder", str(stack.folder), "erin"]
    done = subprocess.run(script, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.count(".") == 2
    assert done.stdout.count("\n") == 1


def test_where_nothing_runs_it_says_so(stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert token.main(["--folder", str(tmp_path), "alice"]) == 1
    assert "run scripts/run" in capsys.readouterr().err
    stack.stop("bao")
    try:
        assert token.main(["--folder", str(stack.folder), "alice"]) == 1
    finally:
        stack.start("bao")
    said = capsys.readouterr()
    assert "is scripts/run running?" in said.err
    assert said.out == ""


def test_nobody_else_has_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        token.main(["mallory"])
    assert "alice" in capsys.readouterr().err
