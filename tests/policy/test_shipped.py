"""The policies that are shipped, their tests, and every example in their README."""

import re
from pathlib import Path

import pytest

from vecgate.cli._offline import reader
from vecgate.domain.decision import Effect
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.asked.testing import run
from vecgate.policy.load import from_texts, load, policy_files

FOLDER = Path(__file__).parents[2] / "policies"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (FOLDER / "README.md").read_text("utf-8"), re.DOTALL)


def test_each_shipped_policy_has_a_test_beside_it():
    files = policy_files(FOLDER)
    assert len(files) == 5
    assert all(file.with_suffix(".test.yaml").exists() for file in files)
    assert all(f"`{file.name}`" in (FOLDER / "README.md").read_text("utf-8") for file in files)


def test_the_shipped_policies_pass_their_tests_and_each_rule_is_tested():
    report = run(FOLDER, load(FOLDER), reader("chroma"))
    assert report.failed == ()
    assert report.untested == ()
    assert load(FOLDER).warnings == ()


@pytest.mark.parametrize(("policy", "test"), [*zip(EXAMPLES[::2], EXAMPLES[1::2], strict=True)])
def test_the_examples_in_the_readme_load_and_pass(tmp_path, policy, test):
    """One block is a policy, the next its test."""
    (tmp_path / "example.test.yaml").write_text(test)
    found = from_texts({"example.yaml": policy})
    assert run(tmp_path, found, reader("chroma")).failed == ()


@pytest.mark.parametrize(
    "kind", ["tenant_admin", "auth_admin", "cluster_admin", "snapshot_create", "snapshot_restore", "export"]
)
def test_no_group_of_the_examples_may_administer(kind):
    everything = frozenset({"analysts", "data-owners", "hr"})
    principal = Principal("i", "s", "u", everything, 0)
    for collections in ((), ("tickets",), ("hr-x", "tickets")):
        decision = load(FOLDER).evaluate(principal, Operation("d", kind, kind, 4, collections=collections), "db")
        assert decision.effect is Effect.DENY
        assert decision.rule
