"""`vecgate exec` runs a program whose gateway is this machine, with a key that is good there alone, and gives its exit code."""

import json
import os
import pty
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.test_endpoint import Gateway, over_tls
from vecgate.cli import main
from vecgate.cli._desk import exec as command
from vecgate.desk import kept

SHOWS = "import json, os; print(json.dumps(dict(os.environ)))"
CALLS = """
import os, ssl, urllib.request
trust = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
asked = urllib.request.Request(os.environ["QDRANT_URL"] + "/collections", headers={"api-key": os.environ["QDRANT_API_KEY"]})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
print(opener.open(asked).read().decode())
"""


@pytest.fixture
def gateway(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    home.mkdir()
    monkeypatch.setenv("VECGATE_TOKEN", "the-token")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with over_tls(tmp_path) as url:
        (home / "desk.toml").write_text(
            f'gateway = "{url}"\nca = "{tmp_path / "local.pem"}"\n'
            f'[upstreams.points]\ndialect = "qdrant"\nurl = "{url}"\n[upstreams.pine]\ndialect = "pinecone"\nurl = "{url}"\n'
        )
        yield url


def seen(capfd: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    assert main(["exec", *words, "--", sys.executable, "-c", SHOWS]) == 0
    found: dict[str, str] = json.loads(capfd.readouterr().out)
    return found


def test_a_program_calls_with_the_token_that_it_does_not_have(gateway: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["exec", "--upstream", "points", "--", sys.executable, "-c", CALLS]) == 0
    assert capfd.readouterr().out == "abcde\n"
    ((_, path, headers, _),) = Gateway.came
    assert (path, headers["authorization"]) == ("/collections", "Bearer the-token")


def test_a_token_of_the_environment_beside_a_login_is_told(
    gateway: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["exec", "--", "true"]) == 0
    assert capfd.readouterr().err == ""
    kept.choose("work")
    assert main(["exec", "--", "true"]) == 0
    assert "for your login: unset VECGATE_TOKEN" in capfd.readouterr().err
    monkeypatch.setenv("VECGATE_TOKEN", "vecgate-exec.x.local")  # what one that is run by another has
    assert main(["exec", "--", "true"]) == 0
    assert capfd.readouterr().err == ""


def test_its_environment_holds_a_key_for_here_and_no_token(gateway: str, capfd: pytest.CaptureFixture[str]) -> None:
    env = seen(capfd, "--upstream", "points")
    assert env["VECGATE_GATEWAY"] == env["QDRANT_URL"]
    assert env["QDRANT_URL"].startswith("https://localhost:")
    assert env["QDRANT_URL"] != gateway
    assert "the-token" not in env.values()
    assert env["QDRANT_API_KEY"] == env["VECGATE_TOKEN"]
    assert env["QDRANT_API_KEY"].startswith("vecgate-exec.")
    assert not Path(env["VECGATE_TOKEN_FILE"]).exists()  # it ended with the program


@pytest.mark.parametrize("words", [["--upstream", "points", "--direct"], ["--upstream", "pine"]])
def test_where_nothing_can_stand_before_it_the_token_is_given(
    gateway: str, capfd: pytest.CaptureFixture[str], words: list[str]
) -> None:
    env = seen(capfd, *words)
    assert (env["VECGATE_GATEWAY"], env["VECGATE_TOKEN"]) == (gateway, "the-token")


def test_the_file_holds_a_token_of_now(
    gateway: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_LOOK", 0.05)
    monkeypatch.delenv("VECGATE_TOKEN")
    own = tmp_path / "own"
    own.write_text("first")
    waits = f"""
import os, pathlib, time
file = pathlib.Path(os.environ["VECGATE_TOKEN_FILE"])
print(file.read_text(), oct(file.stat().st_mode & 0o777), flush=True)
pathlib.Path({str(own)!r}).write_text("second")
while file.read_text() != "second":
    time.sleep(0.02)
print(file.read_text())
"""
    assert main(["exec", "--token-file", str(own), "--", sys.executable, "-c", waits]) == 0
    assert capfd.readouterr().out == "first 0o600\nsecond\n"


def test_a_token_that_is_away_for_a_moment_ends_no_job(
    gateway: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever writes the file of a token may take it away first, or write it in two steps."""
    monkeypatch.setattr(command, "_LOOK", 0.02)
    monkeypatch.delenv("VECGATE_TOKEN")
    own = tmp_path / "own"
    own.write_text("first")
    monkeypatch.setenv("VECGATE_TOKEN_FILE", str(own))
    waits = f"""
import os, pathlib, ssl, time, urllib.error, urllib.request
own, file = pathlib.Path({str(own)!r}), pathlib.Path(os.environ["VECGATE_TOKEN_FILE"])
trust = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}), urllib.request.HTTPSHandler(context=trust))
def call():
    asked = urllib.request.Request(os.environ["QDRANT_URL"] + "/x", headers={{"api-key": os.environ["QDRANT_API_KEY"]}})
    try:
        return opener.open(asked).read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()
for away in (own.unlink, lambda: own.write_text("")):
    away()
    time.sleep(0.2)
    print(file.read_text(), *call(), flush=True)
own.write_text("second")
while file.read_text() != "second":
    time.sleep(0.02)
print(file.read_text(), call())
"""
    assert main(["exec", "--upstream", "points", "--", sys.executable, "-c", waits]) == 0
    said = capfd.readouterr()
    gone = "first 401 vecgate exec: VECGATE_TOKEN_FILE: No such file or directory\n\n"
    empty = "first 401 vecgate exec: who are you? There is no token in that file; 'vecgate login' keeps one for you\n\n"
    assert (said.out, said.err) == (f"{gone}{empty}second abcde\n", "")


@pytest.mark.parametrize(
    ("words", "code"),
    [(["-c", "raise SystemExit(7)"], 7), (["-c", "import os; os.kill(os.getpid(), 9)"], 137), (["-c", ""], 0)],
)
def test_its_exit_code_is_passed_on(gateway: str, words: list[str], code: int) -> None:
    assert main(["exec", "--", sys.executable, *words]) == code


@pytest.mark.parametrize("number", command._SIGNALS)
def test_a_signal_reaches_it(gateway: str, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Whoever watches over it (systemd, a shell's `kill`) knows us alone; so what it would do with us, it does with it."""
    monkeypatch.setattr(command, "_is_in_front", lambda: False)
    waits = (
        f"import os, signal, time; signal.signal({number:d}, signal.SIG_DFL); "
        f"os.kill({os.getpid()}, {number:d}); time.sleep(120)"
    )
    assert main(["exec", "--", sys.executable, "-c", waits]) == 128 + number


def test_what_is_typed_at_a_terminal_reaches_it_once(gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal of its own: Ctrl-C is for both, and is not handed on once more."""
    counts = (
        "import signal, time\nseen = []\nsignal.signal(signal.SIGINT, lambda *_: seen.append(1))\n"
        "print('ready', flush=True)\nwhile not seen: time.sleep(0.05)\ntime.sleep(0.5); raise SystemExit(40 + len(seen))"
    )
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "vecgate.cli", "exec", "--", sys.executable, "-c", counts])
    shown = b""
    while b"ready" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 41
    os.close(terminal)


def test_what_cannot_run_is_told(
    gateway: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["exec", "--", str(tmp_path / "none")]) == 127
    (tmp_path / "text").write_text("not to be run")
    assert main(["exec", "--", str(tmp_path / "text")]) == 126
    assert main(["exec"]) == 1
    assert main(["exec", "--", "-x"]) == 1
    assert "It stands after '--'" in capfd.readouterr().err
    monkeypatch.delenv("VECGATE_TOKEN")
    assert main(["exec", "--", sys.executable, "-c", SHOWS]) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert "who are you?" in said.err
