"""vecgate doctor beside a running gateway: all is well, then one thing after another is broken."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from demo import certs
from demo.gateway import Gateway
from demo.settings import UPSTREAM
from demo.stack import REPOSITORY, Stack
from path.conftest import merged
from support.servers.chroma import running_chroma
from vecgate.cli import main
from vecgate.doctor.checks import around
from vecgate.settings.file import ENVIRONMENT_NAME, load


@pytest.fixture(autouse=True)
def free_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 8000 of this host may be anybody's."""
    monkeypatch.setattr(around, "ports", lambda dialect: ())


@pytest.fixture(scope="module", autouse=True)
def used(gateway: Gateway, stack: Stack) -> None:
    """There is something to look at: a recording, a CA, a login in use."""
    assert gateway.ask("GET", "/api/v2/version", token=stack.token("alice")).status in (200, 403)


@dataclass
class Doctor:
    """Runs it on the gateway's settings, other ones laid over them."""

    gateway: Gateway
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str, over: dict[str, Any] | None = None) -> tuple[int, dict[str, list[str]]]:
        """Its exit code, and what it found by level, as `about: found`."""
        file = self.gateway.settings
        if over is not None:
            tree = merged(yaml.safe_load(file.read_text("utf-8")), over)
            file = self.folder / "settings.yaml"
            file.write_text(yaml.safe_dump(tree), "utf-8")
        code = main(["doctor", "--settings", str(file), "--json", *words])
        tree = json.loads(self.capsys.readouterr().out)
        found: dict[str, list[str]] = {"problem": [], "warning": [], "ok": []}
        for row in tree["findings"]:
            assert bool(row["todo"]) is (row["level"] != "ok"), "what is not in order comes with what to do"
            found[row["level"]].append(f"{row['about']}: {row['found']}")
        return code, found

    def problems(self, *words: str, over: dict[str, Any] | None = None) -> list[str]:
        code, found = self(*words, over=over)
        assert code == (1 if found["problem"] else 0)
        return found["problem"]


@pytest.fixture
def doctor(gateway: Gateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(gateway, tmp_path, capsys)


# all is well


def test_all_is_well_even_strictly(doctor: Doctor) -> None:
    code, found = doctor("--strict")
    assert (code, found["problem"], found["warning"]) == (0, [], [])
    assert any("demands a client certificate" in said for said in found["ok"])


@pytest.mark.sample(1, "file")
def test_it_is_a_command_and_tells_no_secret(gateway: Gateway, stack: Stack) -> None:
    environment = {**os.environ, ENVIRONMENT_NAME: str(gateway.settings), "PYTHONPATH": str(REPOSITORY / "addons")}
    done = subprocess.run(
        [sys.executable, "-m", "vecgate.cli", "doctor", "--upstream", UPSTREAM],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "It takes the gateway's credential and answers." in done.stdout
    assert done.stderr == ""
    for file in (stack.secrets / "vecgate.secret-id", stack.secrets / "vecgate.role-id"):
        assert file.read_text().strip() not in done.stdout


def test_one_persons_whole_way_is_clear_and_their_token_opens_nothing_else(
    doctor: Doctor, stack: Stack, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(stack.token("alice"))
    code, found = doctor("--strict", "--token-file", str(file))
    assert (code, found["problem"], found["warning"]) == (0, [], [])
    assert f"{UPSTREAM}: It takes alice's credential and answers." in found["ok"]
    assert any("tried with: no token, a forged token, the login token you gave" in said for said in found["ok"])
    assert stack.token("alice")[:40] not in str(found)


def test_what_is_misspelt_for_people_is_told(doctor: Doctor, stack: Stack, tmp_path: Path) -> None:
    said = doctor.problems(over={"upstreams": {UPSTREAM: {"credential": {"role": "vecgate-cliient"}}}})
    assert any("People get no credential from pki/issue/vecgate-cliient" in one for one in said)
    file = tmp_path / "token"
    file.write_text(stack.token("alice"))
    issuers = yaml.safe_load(doctor.gateway.settings.read_text("utf-8"))["issuers"]
    wrong = [{**issuers[0], "audience": "other", "groups_claim": "grups"}]
    said = doctor.problems("--token-file", str(file), over={"issuers": wrong})
    assert any("issuers.audience is 'other'" in one for one in said)
    assert any("no claim 'grups'" in one for one in said)
    assert doctor.problems("--token-file", str(tmp_path / "none")) == [
        "login token: --token-file: No such file or directory."
    ]


@pytest.mark.sample(1, "file")
def test_what_fails_is_a_sentence_and_no_traceback(gateway: Gateway, tmp_path: Path) -> None:
    tree = merged(
        yaml.safe_load(gateway.settings.read_text("utf-8")),
        {"upstreams": {UPSTREAM: {"credential": {"gateway_role": "none", "role": "none"}}}},
    )
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(tree), "utf-8")
    command = [sys.executable, "-m", "vecgate.cli", "doctor", "--settings", str(tmp_path / "settings.yaml")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "addons")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "unknown role: none" in done.stdout or "not issue the gateway's own credential" in done.stdout


# servers


def test_valkey_is_stopped(doctor: Doctor, stack: Stack) -> None:
    stack.stop("valkey")
    try:
        (said,) = doctor.problems()
    finally:
        stack.start("valkey")
    assert said.startswith("Valkey: ")
    assert "does not answer" in said


def test_openbao_is_sealed(doctor: Doctor, stack: Stack) -> None:
    """It is also the issuer here, so both are told; what needs a login is not guessed."""
    stack.seal_bao()
    try:
        code, found = doctor()
    finally:
        stack.unseal_bao()
    assert code == 1
    assert any(said.startswith("OpenBao: ") and "is sealed" in said for said in found["problem"])
    assert any(said.startswith("issuer: ") for said in found["problem"])
    assert any("No credential of the gateway's own could be asked for" in said for said in found["warning"])


def test_openbao_is_gone(doctor: Doctor, stack: Stack) -> None:
    stack.stop("bao")
    try:
        found = doctor.problems()
    finally:
        stack.start("bao")
    assert any(said.startswith("OpenBao: ") and "connection refused" in said for said in found)


def test_the_database_is_gone(doctor: Doctor, stack: Stack) -> None:
    stack.stop("front")
    try:
        (said,) = doctor.problems()
    finally:
        stack.start("front")
    assert said.startswith(f"{UPSTREAM}: ")
    assert "connection refused" in said


# around the gateway


def test_a_plain_chroma_can_be_reached(doctor: Doctor, tmp_path: Path) -> None:
    with running_chroma(tmp_path / "chroma") as url:
        port = url.rpartition(":")[2]
        (said,) = doctor.problems("--port", port)
    assert f"127.0.0.1:{port} (the port you named) answers anyone in the clear without a credential" in said


def test_a_plain_chroma_is_not_registered(doctor: Doctor) -> None:
    (said,) = doctor.problems(over={"upstreams": {UPSTREAM: {"url": "http://127.0.0.1:8000"}}})
    assert "in the clear no credential of the gateway's is shown" in said


def test_the_gateway_itself_is_not_a_way_around_it(doctor: Doctor, gateway: Gateway) -> None:
    place = f"127.0.0.1:{gateway.listen.port}"
    code, found = doctor(over={"upstreams": {UPSTREAM: {"destinations": [place]}}})
    assert code == 0
    assert any(f"{place} (" in said and "leads to the gateway itself" in said for said in found["ok"])


# files


def test_the_ca_has_expired(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certs, "CA_DAYS", -1)
    monkeypatch.setattr(certs, "_EARLIER", certs._EARLIER * 2000)
    certs.make_ca(doctor.folder, "of yesterday")
    both = (doctor.folder / "ca.key").read_bytes() + (doctor.folder / "ca.pem").read_bytes()
    certs.write_private(doctor.folder / "mitmproxy-ca.pem", both)
    (said,) = doctor.problems(over={"listen": {"certificate_folder": str(doctor.folder)}})
    assert said.startswith("gateway CA: The CA expired on ")


@pytest.mark.parametrize("what", ["ca", "secret-id", "recordings"])
def test_modes_are_wrong(doctor: Doctor, gateway: Gateway, stack: Stack, what: str) -> None:
    settings = load(gateway.settings)
    path, wrong, right = {
        "ca": (settings.listen.certificate_folder / "mitmproxy-ca.pem", 0o644, 0o600),
        "secret-id": (settings.vault.secret_id_file, 0o644, 0o600),
        "recordings": (settings.recording.folder, 0o755, 0o700),
    }[what]
    path.chmod(wrong)
    try:
        (said,) = doctor.problems()
    finally:
        path.chmod(right)
    assert f"{path} is open to every user of this host (mode {wrong:04o})" in said


def test_a_policy_says_something_else_than_its_test(doctor: Doctor) -> None:
    folder = doctor.folder / "policies"
    shutil.copytree(REPOSITORY / "policies", folder)
    file = folder / "analysts-read-only.yaml"
    file.write_text(file.read_text("utf-8").replace("max_results: 50", "max_results: 5000"), "utf-8")
    found = doctor.problems(over={"policies": str(folder)})
    assert found
    assert all(said.startswith("policies: ") and "max_results" in said for said in found)


# clock


class _Late(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"keys":[]}'
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() + 3600, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def late() -> Iterator[str]:
    """A server whose clock is an hour ahead."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Late)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_clock_is_behind_that_of_an_issuer(doctor: Doctor, late: str) -> None:
    issuer = {"issuer": "https://login.late.test", "audience": "vecgate", "jwks_url": late}
    found = doctor.problems(over={"issuers": [issuer]})
    assert any("behind that of issuer https://login.late.test" in said for said in found)
    assert any("no usable key" in said for said in found)


def test_all_is_well_again(doctor: Doctor) -> None:
    """What the tests above have broken is as it was; the last word on them leaving the stack in order."""
    assert doctor.problems() == []
