"""In a process that reads texts spaCy is there without its commands, and without what these bring along."""

import subprocess
import sys

import pytest

LOADED = "import sys; from vecgate.masking.detect import worker; "


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_worker_has_no_client_of_http_and_no_command_line() -> None:
    assert (
        python(f"{LOADED} print(sorted({{'spacy.cli', 'httpx', 'requests', 'typer', 'rich'}} & {{*sys.modules}}))")
        == "[]\n"
    )


@pytest.mark.parametrize("first", ["", "import spacy; "])
def test_who_asks_for_the_commands_gets_them(first: str) -> None:
    assert python(f"{first}{LOADED} from spacy.cli.info import info; print(callable(info))") == "True\n"
