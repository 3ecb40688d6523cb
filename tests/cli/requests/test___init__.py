"""vecgate requests against the real API on a real board, behind real TLS."""

import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from support.fakes.approvals import BOB, CAROL, held
from support.servers.requests_server import RequestsServer, running_requests_server
from vecgate.cli import main


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with running_requests_server(tmp_path_factory.mktemp("requests")) as running:
        yield running


class Shell:
    """Types `vecgate requests ...` as somebody."""

    def __init__(self, server: RequestsServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self.server, self.monkeypatch, self.capsys = server, monkeypatch, capsys
        monkeypatch.setenv("VECGATE_GATEWAY", server.url)
        monkeypatch.setenv("VECGATE_CA", str(server.ca))
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    def __call__(self, words: str, who: str = "bob", typed: str | None = None) -> tuple[int, str, str]:
        """Exit code, stdout, stderr. `typed`: what a person at a terminal answers; None: there is no terminal."""
        self.monkeypatch.setenv("VECGATE_TOKEN", f"token-of-{who}")
        keys = io.StringIO(typed or "")
        keys.isatty = lambda: typed is not None
        self.monkeypatch.setattr(sys, "stdin", keys)
        code = main(["requests", *shlex.split(words)])
        out, err = self.capsys.readouterr()
        return code, out, err


@pytest.fixture
def shell(server: RequestsServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    server.clear()
    return Shell(server, monkeypatch, capsys)


# list


def test_an_empty_list_says_so(shell: Shell):
    assert shell("list") == (0, "No requests.\n", "")
    assert shell("list --json")[1] == '{\n  "requests": []\n}\n'


def test_the_list_is_a_table(shell: Shell):
    id = shell.server.ask(held(why="old ones"))
    code, out, _ = shell("list")
    head, row = out.splitlines()
    assert (code, head.split()) == (0, ["ID", "STATE", "LEFT", "WHO", "WHERE", "WHAT", "WHY", "YOU"])
    assert row.startswith(f"{id}  pending  9m ")
    assert row.endswith("alice  chroma  deletes 412 of 500 in tickets  old ones  may decide")
    assert shell("list", "alice")[1].splitlines()[1].endswith("asked")
    assert shell("list", "mallory")[1] == "No requests.\n"


# show


def test_show_tells_what_a_yes_would_do(shell: Shell):
    id = shell.server.ask(held())
    code, out, _ = shell(f"show {id}")
    assert code == 0
    for line in ("asked by     alice", "effect       deletes 412 of 500 in tickets", "approvers    1 of data-owners"):
        assert line in out.splitlines()
    assert json.loads(shell(f"show {id} --json")[1])["touched"] == 412


def test_what_is_not_ones_own_is_not_shown(shell: Shell):
    id = shell.server.ask(held())
    code, out, err = shell(f"show {id}", "mallory")
    assert (code, out) == (1, "")
    assert err.startswith("vecgate: requests.unknown: ")


def test_what_others_wrote_cannot_steer_the_terminal(shell: Shell):
    id = shell.server.ask(held(path="/\x1b[2Jx\u202e", user="a\rb"))
    for words in ("list", f"show {id}"):
        out = shell(words)[1]
        assert not {"\x1b", "\r", "\u202e"} & set(out)
        assert "\N{REPLACEMENT CHARACTER}" in out


# approve, deny, withdraw


def test_approving_asks_back_and_shows_what_it_destroys(shell: Shell):
    id = shell.server.ask(held())
    code, out, err = shell(f"approve {id}", typed="yes\n")
    assert code == 0
    assert "state        approved" in out
    assert "deletes 412 of 500 in tickets" in err
    assert "Let alice do this once?" in err
    assert shell.server.state(id) == "approved"


@pytest.mark.parametrize("typed", ["", "\n", "no\n", "y\n", "yes please\n"])
def test_anything_but_yes_calls_it_off(shell: Shell, typed: str):
    id = shell.server.ask(held())
    code, out, err = shell(f"approve {id}", typed=typed)
    assert (code, out) == (1, "")
    assert err.endswith("vecgate: not approved\n")
    assert shell.server.state(id) == "pending"


def test_without_a_terminal_it_takes_yes_in_the_command(shell: Shell):
    id = shell.server.ask(held())
    code, _, err = shell(f"approve {id}")
    assert (code, shell.server.state(id)) == (1, "pending")
    assert "--yes" in err
    assert shell(f"approve {id} --yes")[0] == 0
    assert shell.server.state(id) == "approved"


def test_the_requester_cannot_approve(shell: Shell):
    id = shell.server.ask(held())
    code, _, err = shell(f"approve {id} --yes", "alice")
    assert (code, shell.server.state(id)) == (1, "pending")
    assert "requests.not_approver" in err
    assert "data-owners" in err


def test_a_denial_carries_its_reason(shell: Shell):
    id = shell.server.ask(held())
    code, out, _ = shell(f"deny {id} --reason 'ask me tomorrow'")
    assert code == 0
    assert {"state        denied", "ended by     bob", "reason       ask me tomorrow"} <= set(out.splitlines())
    assert "requests.settled" in shell(f"approve {id} --yes", "carol")[2]


def test_the_requester_withdraws(shell: Shell):
    id = shell.server.ask(held())
    assert "requests.not_yours" in shell(f"withdraw {id}")[2]
    assert shell(f"withdraw {id}", "alice")[0] == 0
    assert shell.server.state(id) == "withdrawn"


@pytest.mark.parametrize("id", ["../../api/v2/reset", "a/approve", "a?b", "ABC", "a b", "%2e%2e"])
def test_an_odd_id_reaches_nothing(shell: Shell, id: str):
    code, _, err = shell(f"show '{id}'")
    assert code == 1
    assert "route.unknown" in err or "requests.unknown" in err


# used wrongly


@pytest.mark.parametrize("words", ["", "show", "approve", "deny", "withdraw", "use x", "list x", "show x --token abc"])
def test_a_misspelt_command_is_told_so(shell: Shell, words: str):
    assert shell(words)[0] == 2


def test_the_token_is_never_a_word_of_the_command(shell: Shell):
    code, out, _ = shell("approve --help")
    assert code == 0
    assert "--token " not in out


def test_it_runs_as_a_process_of_its_own(server: RequestsServer):
    server.clear()
    id = server.ask(held())
    env = {**os.environ, "VECGATE_GATEWAY": server.url, "VECGATE_CA": str(server.ca), "VECGATE_TOKEN": "token-of-bob"}
    done = subprocess.run(
        [sys.executable, "-m", "vecgate.cli", "requests", "approve", id],
        env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert server.state(id) == "pending"


def test_a_token_file_comes_before_the_environment(shell: Shell, tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("token-of-carol\n")
    id = shell.server.ask(held(needed=2))
    for words in (f"approve {id} --yes", f"approve {id} --yes --token-file {file}"):
        assert shell(words)[0] == 0
    assert shell.server.votes(id) == [BOB.user, CAROL.user]
