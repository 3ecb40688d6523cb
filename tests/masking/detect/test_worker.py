"""The worker as a process: what it says, when it ends, and that it says nothing else."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vecgate.masking.detect import frames, worker
from vecgate.masking.detect.model import KNOWN
from vecgate.masking.pool.process import MODULE, environment


def _start(*arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-P", "-m", MODULE, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip


def _hear(process: "subprocess.Popen[bytes]") -> Any:
    assert process.stdout
    return frames.unpack(process.stdout.read(frames.length(process.stdout.read(frames.HEAD))))


def _say(process: "subprocess.Popen[bytes]", tree: Any) -> None:
    assert process.stdin
    process.stdin.write(frames.pack(tree))
    process.stdin.flush()


@pytest.fixture(scope="module")
def running() -> Iterator["subprocess.Popen[bytes]"]:
    with _start("vecgate_en") as process:
        assert "ready" in _hear(process)
        yield process
        process.kill()


def test_the_digest_is_checked_before_the_model_is_loaded() -> None:
    with _start("vecgate_en", "0" * 64) as process:
        assert "pinned digest" in _hear(process)["refused"]
        assert process.wait(30) != 0


def test_another_languages_model_is_checked_too() -> None:
    with _start("vecgate_en", "", "fr=vecgate_en:" + "0" * 64) as process:
        assert "pinned digest" in _hear(process)["refused"]
        assert process.wait(30) != 0


def test_findings_of_other_models_are_of_another_version(running: "subprocess.Popen[bytes]") -> None:
    with _start("vecgate_en", "", f"fr=vecgate_en:{KNOWN['vecgate_en']}") as process:
        ready = _hear(process)["ready"]
        assert ready.startswith(f"{KNOWN['vecgate_en']} fr={KNOWN['vecgate_en']} ")
        process.kill()


def test_no_texts_no_findings(running: "subprocess.Popen[bytes]") -> None:
    _say(running, {"texts": []})
    assert _hear(running) == {"findings": []}


def test_findings_come_as_offsets(running: "subprocess.Popen[bytes]") -> None:
    _say(running, {"texts": [["to a@example.com", "patterns", "", "normal"]]})
    assert [3, 16, "EMAIL", "pattern:email/plain"] in _hear(running)["findings"][0]


@pytest.mark.parametrize("question", [[], {}, {"texts": [["Anu Kotkas"]]}, {"texts": [[1, 2, 3, 4]]}, {"texts": "Anu"}])
def test_a_bad_question_is_answered_without_quoting_it(running: "subprocess.Popen[bytes]", question: Any) -> None:
    """Anything but a well-formed question fails, and the worker lives on."""
    _say(running, question)
    answer = _hear(running)
    assert set(answer) == {"failed"}
    assert "Anu" not in str(answer)
    assert running.poll() is None


def test_a_short_question_does_not_wait_for_a_long_one(running: "subprocess.Popen[bytes]") -> None:
    """Nothing that one caller sends holds up another: both lie in the pipe, and the later one is answered first."""
    line = "Amelia Donnelly,p1@example.com,+1 415 555 0134\n"
    long, short = ({"id": i, "texts": [[text, "text", "", "normal"]]} for i, text in ((1, line * 1000), (2, line)))
    _say(running, long)
    _say(running, short)
    first, second = _hear(running), _hear(running)
    assert (first["id"], second["id"]) == (2, 1)
    assert len(second["findings"][0]) >= 1000 * (len(first["findings"][0]) - 1)


def test_it_ends_with_its_input_and_has_printed_nothing() -> None:
    with _start("vecgate_en") as process:
        assert "ready" in _hear(process)
        _say(process, {"texts": [["Anu Kotkas", "text", "", "normal"]]})
        _hear(process)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (0, b"", b"")


def test_an_answer_never_holds_an_error_text() -> None:
    class Broken:
        def analyse(self, _texts: object) -> None:
            raise ValueError("Anu Kotkas")

    assert worker._answer(Broken(), {"texts": []}) == {"failed": "ValueError"}  # type: ignore[arg-type]


def test_other_rules_are_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or findings of old ones would be taken for theirs, out of a store that outlives the update."""
    shutil.copytree(Path(worker.__file__).parent, tmp_path / "detect", ignore=shutil.ignore_patterns("__pycache__"))
    original = worker.rules()
    monkeypatch.setattr(worker, "__file__", str(tmp_path / "detect" / "worker.py"))
    assert worker.rules() == original
    (tmp_path / "detect" / "patterns" / "new.py").write_text("\n")
    assert worker.rules() != original
