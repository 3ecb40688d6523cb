"""`policies.signed: require` through two workers: unsigned rules never decide, and a forgery leaves the old ones in force."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from demo.gateway import DATA
from demo.stack import Stack
from path.conftest import Factory
from support.fakes.approvals import person
from support.servers.rowed import Rowed, rowed
from support.tools.askers import until
from support.tools.signing import enrolment, key, mark
from vecgate.consent.kinds import sshsig
from vecgate.policy.signed import FILE, statement

RULE = """
version: 1
rules:
  - {{name: opens, who: {{groups: [{0}]}}, where: anywhere, operations: [collection_read], effect: allow, mask: unsafe-nothing}}
"""
ROOT, ANN, BEN = key(), key(), key()
PEOPLE = [(one, enrolment(person(name), one, (ROOT, None))) for one, name in ((ANN, "ann"), (BEN, "ben"))]


def signed(folder: Path, number: int, text: str) -> str:
    said = statement({"rules.yaml": text}, number)
    return json.dumps(
        {"statement": said, "signatures": [{"signature": sshsig.sign(k, said), "enrolment": e} for k, e in PEOPLE]}
    )


@pytest.fixture(scope="module")
def there(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rowed]:
    folder = tmp_path_factory.mktemp("signed")
    told = {"folder": str(folder / "policies"), "signed": "require"}
    over = {"approvals": {"roots": [mark(ROOT)]}}
    with rowed(stack, gateways, folder, RULE.format("first"), workers=2, policies=told, **over) as made:
        yield made


def codes(there: Rowed, group: str) -> set[str]:
    """What both workers say: the kernel gives them every connection anew."""
    token = there.token(f"{group}-person", group)
    replies = [there.gateway.ask("GET", f"{DATA}/collections", token=token) for _ in range(10)]
    return {reply.code or str(reply.status) for reply in replies}


def test_only_what_two_signed_decides_and_an_older_set_never_does_again(there: Rowed) -> None:
    folder = Path(yaml.safe_load(there.gateway.settings.read_text("utf-8"))["policies"]["folder"])
    assert codes(there, "first") == {"policy.unavailable"}
    older = signed(folder, 1_700_000_000, RULE.format("first"))
    (folder / FILE).write_text(older)
    until(lambda: codes(there, "first") == {"200"}, "what two people signed is in force")

    (folder / "rules.yaml").write_text(RULE.format("second"))
    log = there.gateway.log
    until(lambda: log.read_text("utf-8").count("rules.yaml is not what was signed") >= 2, "both workers refuse it")
    assert codes(there, "second") == {"policy.no_rule"}
    assert codes(there, "first") == {"200"}

    (folder / FILE).write_text(signed(folder, 1_700_000_001, RULE.format("second")))
    until(lambda: codes(there, "second") == {"200"} and codes(there, "first") == {"policy.no_rule"}, "they are signed")

    (folder / "rules.yaml").write_text(RULE.format("first"))
    (folder / FILE).write_text(older)
    until(lambda: log.read_text("utf-8").count("it is older than what was in force") >= 2, "both workers know it")
    assert codes(there, "first") == {"policy.no_rule"}

    there.gateway.stop()
    there.gateway.start()
    assert codes(there, "first") == {"policy.unavailable"}
