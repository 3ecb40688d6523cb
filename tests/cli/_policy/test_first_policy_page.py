"""The page "Your first policy in ten minutes" is typed as it stands."""

import re
import shlex
from pathlib import Path

import pytest

from support.tools.documents import ROOT, blocks
from vecgate.cli import main
from vecgate.settings.file import ENVIRONMENT_NAME

PAGE = [block for block in blocks("sh", "yaml") if block.document == ROOT / ".github" / "first-policy.md"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the page has one write."""
    policy, test = (block.text for block in PAGE if block.language == "yaml")
    [claims] = re.findall(r"`(\{.*\})`", (ROOT / ".github" / "first-policy.md").read_text("utf-8"))
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "support.yaml").write_text(policy, "utf-8")
    (tmp_path / "policies" / "support.test.yaml").write_text(test, "utf-8")
    (tmp_path / "sam.json").write_text(claims, "utf-8")
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_line_of_it_can_be_typed(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = [line for b in PAGE if b.words[1:] == ("run",) for line in b.text.splitlines() if line]
    printed = []
    for line in typed:
        assert main(shlex.split(line)[1:]) == 0, line
        printed.append(capsys.readouterr().out)
    checked, tested, explained, who, what = printed
    assert "ok: 4 rules" in checked
    assert "8 of 8 cases passed" in tested
    assert "cases see 4 of 4 rules decide" in tested
    assert "-> allow first-support-reads" in explained
    assert "allow groups support, by 'first-support-reads'" in who
    assert "hold    delete; by 'first-deletes-are-asked-about'" in what
    assert "first-holiday-help" not in what
