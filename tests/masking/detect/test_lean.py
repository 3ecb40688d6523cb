"""A process that reads with our model has no spaCy; one that reads with another has it without its commands."""

import subprocess
import sys

import pytest

OURS = "import sys; from vecgate.masking.detect import worker; worker.Model('vecgate_en', None); "
LOADED = "import sys; from vecgate.masking.detect import pipeline; "


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_our_model_is_read_without_spacy() -> None:
    assert python(f"{OURS} print(sorted({{'spacy', 'thinc'}} & {{*sys.modules}}))") == "[]\n"


def test_a_worker_has_no_client_of_http_and_no_command_line() -> None:
    assert (
        python(f"{LOADED} print(sorted({{'spacy.cli', 'httpx', 'requests', 'typer', 'rich'}} & {{*sys.modules}}))")
        == "[]\n"
    )


@pytest.mark.parametrize("first", ["", "import spacy; "])
def test_who_asks_for_the_commands_gets_them(first: str) -> None:
    assert python(f"{first}{LOADED} from spacy.cli.info import info; print(callable(info))") == "True\n"
