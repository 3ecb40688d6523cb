"""vecgate doctor: what it prints and what it returns."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.fakes.gates import SETTINGS
from vecgate.cli import doctor, main
from vecgate.doctor import Asked, Finding
from vecgate.doctor.finding import ok, problem, warning
from vecgate.settings.file import ENVIRONMENT_NAME

FINE = ok("a", "All is well.")
ODD = warning("b", "Something is odd.", "Look at it.")
BAD = problem("c", "Something is\x1b[31m wrong.", "Mend it.")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    path = tmp_path / "settings.yaml"
    path.write_text(yaml.safe_dump(SETTINGS.model_dump(mode="json")))
    return path


def finds(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> list[Asked]:
    seen: list[Asked] = []

    async def examine(asked: Asked, *_: Any) -> list[Finding]:
        seen.append(asked)
        return list(findings)

    monkeypatch.setattr(doctor, "examine", examine)
    return seen


@pytest.mark.parametrize(
    ("findings", "usual", "strict"), [((FINE,), 0, 0), ((FINE, ODD), 0, 1), ((FINE, ODD, BAD), 1, 1)]
)
def test_the_exit_code_is_for_scripts(
    file: Path, monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], usual: int, strict: int
) -> None:
    finds(monkeypatch, *findings)
    assert main(["doctor", "--settings", str(file)]) == usual
    assert main(["doctor", "--settings", str(file), "--strict"]) == strict


def test_the_worst_comes_first_with_what_to_do(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finds(monkeypatch, FINE, ODD, BAD)
    main(["doctor", "--settings", str(file)])
    said = capsys.readouterr().out
    assert said.index("Mend it.") < said.index("Look at it.") < said.index("All is well.")
    assert "Problems: 1, warnings: 1, in order: 1." in said
    assert "\x1b" not in said, "what others wrote is shown on a terminal"


def test_as_json(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch, FINE, BAD)
    assert main(["doctor", "--settings", str(file), "--json"]) == 1
    tree = json.loads(capsys.readouterr().out)
    assert tree["counts"] == {"problem": 1, "warning": 0, "ok": 1}
    assert tree["findings"][0] == {"level": "problem", "about": "c", "found": BAD.found, "todo": "Mend it."}


def test_what_is_asked_for_is_examined(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = finds(monkeypatch, FINE)
    main(["doctor", "--settings", str(file)])
    monkeypatch.setenv(ENVIRONMENT_NAME, str(file))
    main(["doctor", "--upstream", "tickets-db", "--port", "8001", "--port", "8002"])
    assert [(a.file, a.upstreams, a.ports) for a in seen] == [
        (file, ("tickets-db",), ()),
        (file, ("tickets-db",), (8001, 8002)),
    ]


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "x"], ["--port", "65536"], ["--unheard-of"], ["extra"]])
def test_misuse_examines_nothing(file: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    seen = finds(monkeypatch, FINE)
    assert main(["doctor", "--settings", str(file), *words]) == 2
    assert seen == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        ("issuers: []", "issuers"),
        ("dialect", "unknown dialect"),
    ],
)
def test_settings_with_mistakes_are_findings_like_others(
    file: Path, capsys: pytest.CaptureFixture[str], content: str | None, said: str
) -> None:
    if content is None:
        file.unlink()
    elif content == "dialect":
        file.write_text(file.read_text().replace("dialect: chroma", "dialect: chrome"))
    else:
        file.write_text(content)
    assert main(["doctor", "--settings", str(file), "--json"]) == 1
    assert any(said in finding["found"] for finding in json.loads(capsys.readouterr().out)["findings"])


def test_without_settings_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    assert main(["doctor"]) == 1
    assert ENVIRONMENT_NAME in capsys.readouterr().out


def test_an_upstream_that_is_not_there_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--settings", str(file), "--upstream", "other"]) == 1
    said = capsys.readouterr().out
    assert "Known: tickets-db." in said
    assert "gateway does not start" not in said, "nothing is wrong with the settings"
