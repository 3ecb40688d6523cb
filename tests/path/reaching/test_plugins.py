"""A database and a kind of credential, one folder each, and an operator, one file, work without any other edit."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import REPOSITORY, Stack
from path.conftest import Factory
from support.servers.toy import NOTE, SECRET, Toy, running_toy
from vecgate.refusals.errors import SettingsError
from vecgate.settings.file import load
from vecgate.settings.plugins import ENVIRONMENT_NAME

PLUGINS = REPOSITORY / "tests" / "support" / "plugins"
POLICY = """version: 1
mask_profiles: {toys: {default: replace, entities: {EMAIL: measured}}}
rules:
  - name: analysts-read-shelves
    effect: allow
    who: {groups: [analysts]}
    where: {upstreams: [toy-db], collections: [lamps]}
    operations: [list_scan, health]
    mask: toys
    limits: {max_results: 5}
"""
CASES = """version: 1
upstream: toy-db
principals: {alice: {user: alice, groups: [analysts]}}
cases:
  - name: a shelf is read
    as: alice
    request: GET /toy/shelves/lamps?most=3
    collection: lamps
    expect: {effect: allow, rule: analysts-read-shelves, mask: toys}
  - name: no other one
    as: alice
    request: GET /toy/shelves/safes
    expect: {effect: deny, reason: policy.no_rule}
"""


@dataclass(frozen=True, slots=True)
class Added:
    """A toy server, the folder of plug-ins, and a gateway in front of it that is told of them by its environment."""

    server: Toy
    gateway: Gateway
    token: str
    environment: dict[str, str]

    def vecgate(self, *words: str) -> tuple[int, str]:
        """A command beside that gateway, in a process of its own: exit code and output."""
        more = {**os.environ, **self.environment, "PYTHONPATH": str(REPOSITORY / "addons")}
        command = [sys.executable, "-m", "vecgate.cli", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=more, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr


def placed(folder: Path) -> Path:
    """The plug-ins, each one folder, where only this user may write."""
    made = shutil.copytree(PLUGINS, folder / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (made, *made.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return made


@pytest.fixture(scope="module")
def added(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Added]:
    folder = tmp_path_factory.mktemp("toys")
    plugins, policies = placed(folder), folder / "policies"
    policies.mkdir()
    (policies / "toys.yaml").write_text(POLICY, "utf-8")
    (policies / "toys.test.yaml").write_text(CASES, "utf-8")
    (folder / "secret").write_bytes(SECRET)
    with running_toy(folder / "server") as server:
        over: dict[str, Any] = {"policies": str(policies)}
        made = gateways.make(over, environment={ENVIRONMENT_NAME: str(plugins)})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        tree["upstreams"] = {
            "toy-db": {
                "dialect": "toy",
                "longest": 7,
                "url": f"https://127.0.0.1:{server.server_port}",
                "server_name": "localhost",
                "ca": str(server.ca),
                "hosts": ["localhost"],
                "credential": {
                    "kind": "toy_key",
                    "role": "r",
                    "gateway_role": "g",
                    "secret_file": str(folder / "secret"),
                },
            }
        }
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        with pytest.MonkeyPatch.context() as patch:  # for what runs here; the gateway is told by its own
            patch.setenv(ENVIRONMENT_NAME, str(plugins))
            made.start()
            told = {ENVIRONMENT_NAME: str(plugins), "VECGATE_SETTINGS": str(made.settings)}
            yield Added(server, made, stack.token("alice"), told)


def test_a_call_goes_all_the_way_with_the_toys_own_headers_and_key(added: Added) -> None:
    """The login token comes in the toy's own header; the key goes out in another, in the person's name; names do not."""
    reply = added.gateway.ask("GET", "/toy/shelves/lamps?most=3", headers={"X-Toy": added.token})
    assert reply.status == 200, reply.body
    (said,) = reply.json["notes"]
    assert said != NOTE
    assert "Jane" not in said
    assert "jane.doe@" not in said
    assert "about the lamp" in said
    assert re.search(r"\([0-9]+ characters\)", said), said  # as the toy operator shows it
    mine = [one for one in added.server.arrived if one[0] == "alice"]
    assert [one[1:3] for one in mine] == [("GET", "/toy/shelves/lamps?most=3")]
    assert "x-toy" not in mine[0][3]
    assert added.token not in reply.body.decode()


@pytest.mark.parametrize(
    ("method", "target", "code"),
    [
        ("GET", "/toy/shelves/lamps?most=6", "limit.results"),
        ("GET", "/toy/shelves/safes", "collection.unknown"),  # as one that is not there
        ("DELETE", "/toy/shelves/lamps", "route.refused"),
        ("GET", "/toy/../admin", "path.odd"),
    ],
)
def test_what_is_refused_is_refused_in_the_toys_own_shape(added: Added, method: str, target: str, code: str) -> None:
    before = len(added.server.arrived)
    reply = added.gateway.ask(method, target, token=added.token)
    assert (reply.code, "oops" in reply.json) == (code, True)
    assert [one for one in added.server.arrived[before:] if one[0] == "alice"] == []


def test_a_call_is_classified_without_a_server(added: Added) -> None:
    code, said = added.vecgate("classify", "--db", "toy", "GET", "/toy/shelves/lamps?most=3")
    assert code == 0, said
    told = json.loads(said)
    assert (told["operation"], told["kind"], told["collections"], told["limit"]) == (
        "read_shelf",
        "list_scan",
        ["lamps"],
        3,
    )
    assert added.vecgate("classify", "--db", "toy", "DELETE", "/toy/shelves/lamps")[0] == 2


def test_policies_about_it_are_checked_tried_and_explained(added: Added) -> None:
    assert added.vecgate("policy", "check")[0] == 0
    code, said = added.vecgate("policy", "test")
    assert (code, "2" in said) == (0, True), said


def test_the_doctor_looks_at_it_and_at_its_ports(added: Added) -> None:
    _, said = added.vecgate("doctor", "--json")
    about = [row for row in json.loads(said)["findings"] if row["about"] == "toy-db"]
    found = " ".join(row["found"] for row in about)
    assert "OpenBao issues the gateway's own credential: role 'g' of the kind 'toy_key'." in found
    assert "It takes the gateway's credential and answers." in found
    assert "127.0.0.1:4711" in found
    assert [row["found"] for row in about if row["level"] == "problem"] == []


def test_the_tables_of_the_documentation_have_it(added: Added) -> None:
    from reference import tables

    assert "### toy\n\nHeld against the toy server of the tests. 4 routes." in tables.databases()
    assert "| `toy_key` | A key of the toy database in a header, which names the person. |" in tables.kinds()
    settings = tables.settings()
    assert "### `upstreams.NAME` of toy" in settings
    assert "| `longest` | `100` | Notes that are read at a time. |" in settings
    assert "### `upstreams.NAME.credential` of toy_key" in settings
    assert "| `secret_file` | **required** |" in settings


def test_its_settings_are_its_own_and_a_mistake_is_told_with_its_line(added: Added, tmp_path: Path) -> None:
    tree = yaml.safe_load(added.gateway.settings.read_text("utf-8"))
    told = load(added.gateway.settings).upstreams["toy-db"]
    assert (told.model_dump()["longest"], told.credential.model_dump()["secret_file"].name) == (7, "secret")
    toy = tree["upstreams"]["toy-db"]
    for changed, said in (
        ({"longst": 3}, r"upstreams\.toy-db\.longst: unknown key 'longst'\. Known: .*longest\. Did you mean 'longest'"),
        ({"longest": 0}, r"upstreams\.toy-db\.longest"),
        ({"credential": toy["credential"] | {"mount": "pki"}}, r"credential\.mount: unknown key 'mount'"),
        ({"dialect": "chroma"}, r"upstreams\.toy-db\.longest: unknown key"),
    ):
        file = tmp_path / "settings.yaml"
        file.write_text(yaml.safe_dump(tree | {"upstreams": {"toy-db": toy | changed}}), "utf-8")
        with pytest.raises(SettingsError, match=said):
            load(file)
