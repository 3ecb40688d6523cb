"""vecgate mask, as typed: lines in, lines out, and a clear word where a line cannot be used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vecgate.cli import main

LINES = [
    {"id": 1, "text": "I am John Smith, write to john@example.com."},
    {"id": "two", "text": ""},
    {"id": None, "text": "caf\u00e9 \U0001f600 4111 1111 1111 1111 in Berlin"},
]


def written(folder: Path, *lines: object) -> str:
    file = folder / "in.jsonl"
    file.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    return str(file)


def test_spans_are_in_characters_and_in_order_of_the_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", "--spans", "--file", written(tmp_path, *LINES)]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"id": 1, "spans": [[5, 15, "PERSON"], [26, 42, "EMAIL"]]},
        {"id": "two", "spans": []},
        {"id": None, "spans": [[7, 26, "CREDIT_CARD"]]},
    ]


def test_it_needs_no_settings_file_and_no_network(tmp_path: Path) -> None:
    """A process of its own, with an empty environment, in an empty folder."""
    code = "import sys; from vecgate.cli import main; sys.exit(main(['mask', '--spans', '--all']))"
    path = {"PYTHONPATH": str(Path(main.__code__.co_filename).parents[2])}
    line = json.dumps(LINES[2]).encode()
    done = subprocess.run(
        [sys.executable, "-c", code], input=line, capture_output=True, env=path, cwd=tmp_path, timeout=120, check=False
    )
    assert done.stderr == b""
    assert done.returncode == 0
    assert [30, 36, "LOCATION"] in json.loads(done.stdout)["spans"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"id": 1, "text": "x"}\n', "{\n"], "line 2: not JSON"),
        (["[1]\n"], "line 1: not an object"),
        (['{"text": "x"}\n'], 'line 1: no "id"'),
        (['\n{"id": 1}\n'], 'line 2: no "text", or it is not a string'),
        (['{"id": 1, "text": 5}\n'], 'line 1: no "text", or it is not a string'),
        (['{"id": 1, "text": "\\ud800"}\n'], "line 1: the text is not valid Unicode (a lone surrogate)"),
    ],
)
def test_a_bad_line_is_named_and_the_exit_code_is_1(
    lines: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mask", "--spans", "--file", written(tmp_path, *lines)]) == 1
    assert capsys.readouterr().err == f"vecgate: {said}\n"


def test_a_model_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", "--explain", "x", "--model", "no_such_model"]) == 1
    assert capsys.readouterr().err == "vecgate: no package 'no_such_model' with a spaCy pipeline is installed\n"


@pytest.mark.parametrize("words", [[], ["--spans", "--suggest"], ["--spans", "--sensitivity", "some"]])
def test_misuse_has_its_own_exit_code(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", *words]) == 2
    assert "usage: vecgate mask" in capsys.readouterr().err


def test_explain_is_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", "--explain", "Mr. John Smith, 4111 1111 1111 1111\x1b[2J"]) == 0
    told = capsys.readouterr().out
    assert "rule person/title      behind a title" in told
    assert "a scheme's range and the Luhn check" in told
    assert "\x1b" not in told


def test_explain_is_json_for_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("write to am9obkBleGFtcGxlLmNvbQ==")
    assert main(["mask", "--explain", "--json", "--file", str(tmp_path / "text")]) == 0
    (told,) = [one for one in json.loads(capsys.readouterr().out) if one["entity"] == "EMAIL"]
    assert told == {
        "start": 9, "end": 33, "entity": "EMAIL", "text": "am9obkBleGFtcGxlLmNvbQ==", "by": "rule email/plain",
        "why": "packed in base64: RFC 5322", "outcome": "masked", "lost_to": [],
    }  # fmt: skip


def test_nothing_to_explain_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", "--explain", "1 + 1"]) == 0
    assert capsys.readouterr().out == "nothing personal was found\n"


def test_suggestions_can_be_pasted_under_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alarms = [
        {"text": "Redis", "label": "PERSON"},
        {"id": 1, "text": "the Vector Index and Redis", "false": [[4, 16, "PERSON"], [21, 26, "ORG"]]},
        {"text": "4111 1111 1111 1111", "label": "CREDIT_CARD"},
    ]
    assert main(["mask", "--suggest", "--file", written(tmp_path, *alarms)]) == 0
    told = capsys.readouterr().out
    assert yaml.safe_load(told) == {"allow": ["Redis", "Vector Index"]}
    assert '"Redis"  # 2 times' in told
    assert "# left out: 1 that a check proves to be CREDIT_CARD" in told
    assert "4111" not in told


def test_without_false_alarms_nothing_is_suggested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", "--suggest", "--file", written(tmp_path)]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == {"allow": []}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"text": "Redis", "false": 5}, 'line 1: "false" is not a list'),
        ({"text": "Redis", "false": [[0, 9, "ORG"]]}, 'line 1: "false" holds something else than'),
        ({"text": "Redis", "false": ["x"]}, 'line 1: "false" holds something else than'),
        ({"text": "x"}, "line 1: a listed text has 2 to 200 characters"),
    ],
)
def test_a_bad_alarm_is_named(line: object, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mask", "--suggest", "--file", written(tmp_path, line)]) == 1
    assert capsys.readouterr().err.startswith(f"vecgate: {said}")
