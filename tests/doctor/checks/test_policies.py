"""Policies: valid, tested, and what in them deserves a look."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.servers.doors import all_ok, problems, warnings
from vecgate.cli import _offline
from vecgate.doctor import Finding
from vecgate.doctor.checks import policies
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import VecgateError

SHIPPED = Path(__file__).resolve().parents[3] / "policies"
RULE = """
version: 1
rules:
  - {name: r, description: A rule., who: {groups: [g]}, where: {collections: ["*"]}, operations: [read], effect: allow, mask: unsafe-nothing}
"""
TEST = """
version: 1
upstream: tickets-db
principals: {a: {user: a, groups: [g]}}
cases:
  - {name: c, as: a, operation: search, collection: tickets, expect: {effect: EFFECT}}
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that every user of this host can enter, as /etc is."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def check(folder: Path) -> list[Finding]:
    return list(policies.check(folder, _offline.reader("chroma")))


def test_a_folder_without_policies_is_a_problem(folder: Path) -> None:
    assert problems(check(folder))
    assert problems(check(folder / "none"))


def test_the_shipped_ones_are_in_order(folder: Path) -> None:
    shutil.copytree(SHIPPED, folder / "policies")
    assert all_ok(check(folder / "policies"))


def test_every_mistake_is_told(folder: Path) -> None:
    (folder / "a.yaml").write_text(RULE.replace("read", "raed").replace("allow", "alow"))
    assert len(problems(check(folder))) == 2


def test_a_rule_that_masks_nothing_and_policies_without_a_test_are_warned_of(folder: Path) -> None:
    (folder / "a.yaml").write_text(RULE)
    found = warnings(check(folder))
    assert any("masks nothing" in said for said in found)
    assert any("no test beside them" in said for said in found)


@pytest.mark.parametrize(("effect", "bad"), [("allow", False), ("deny", True), ("alow", True)])
def test_their_tests_must_pass(folder: Path, effect: str, bad: bool) -> None:
    (folder / "a.yaml").write_text(RULE)
    (folder / "a.test.yaml").write_text(TEST.replace("EFFECT", effect))
    assert bool(problems(check(folder))) is bad


def test_tests_that_need_a_server_are_a_problem(folder: Path) -> None:
    def no_reader(_method: str, _url: str, _body: bytes, _collection: str | None) -> Operation:
        raise VecgateError("only the server knows")

    (folder / "a.yaml").write_text(RULE)
    (folder / "a.test.yaml").write_text(TEST.replace("operation: search", "request: GET /x").replace("EFFECT", "allow"))
    (said,) = problems(policies.check(folder, no_reader))
    assert "only the server knows" in said


def test_rules_that_no_test_sees_are_warned_of(folder: Path) -> None:
    (folder / "a.yaml").write_text(RULE + RULE.splitlines()[-1].replace("name: r", "name: unseen") + "\n")
    (folder / "a.test.yaml").write_text(TEST.replace("EFFECT", "allow"))
    assert any("unseen" in said for said in warnings(check(folder)))


def test_policies_that_everyone_can_change_are_a_problem(folder: Path) -> None:
    shutil.copytree(SHIPPED, folder / "policies")
    (folder / "policies" / "guard-rails.yaml").chmod(0o666)
    (said,) = problems(check(folder / "policies"))
    assert "guard-rails.yaml" in said


@pytest.mark.parametrize(
    ("operator", "keyed", "warned"), [("hash", False, True), ("hash", True, False), ("replace", False, False)]
)
def test_marks_that_end_with_the_run_are_warned_of(folder: Path, operator: str, keyed: bool, warned: bool) -> None:
    (folder / "a.yaml").write_text(RULE + f"mask_profiles: {{joins: {{default: {operator}}}}}\n")
    found = warnings(list(policies.check(folder, _offline.reader("chroma"), keyed=keyed)))
    assert any("masking.key is not set: joins." in said for said in found) is warned


STORING = """
version: 1
mask_profiles: {stored: {entities: {PERSON: OPERATOR}}}
rules:
  - name: writes
    who: {groups: [writers]}
    where: {collections: ["*"]}
    operations: [write]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [owners], issuer: https://login}
    inputs: {payload: mask, profile: stored}
"""


@pytest.mark.parametrize(
    ("operator", "keyed", "refused"),
    [("pseudonym", False, True), ("token", False, True), ("replace", False, False), ("pseudonym", True, False)],
)
def test_marks_that_are_stored_without_a_key_are_a_problem(
    folder: Path, operator: str, keyed: bool, refused: bool
) -> None:
    (folder / "a.yaml").write_text(STORING.replace("OPERATOR", operator))
    found = problems(list(policies.check(folder, _offline.reader("chroma"), keyed=keyed)))
    assert any("rule 'writes' stores marks of 'stored'; set masking.key" in said for said in found) is refused


@pytest.mark.parametrize(
    ("issuers", "warned"), [(("https://other",), True), (("https://login", "https://other"), False), ((), False)]
)
def test_approvers_who_cannot_log_in_are_warned_of(folder: Path, issuers: tuple[str, ...], warned: bool) -> None:
    (folder / "a.yaml").write_text(STORING.replace("OPERATOR", "replace"))
    found = warnings(list(policies.check(folder, _offline.reader("chroma"), issuers=issuers)))
    assert any("no issuer of the settings is 'https://login'" in said for said in found) is warned
