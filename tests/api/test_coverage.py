"""The tests beside the policies are run as the command runs them; what is wrong with them is told, not raised."""

from pathlib import Path

from demo.stack import REPOSITORY
from vecgate import dialects, policy
from vecgate.api.coverage import covered
from vecgate.dialects.base.offline import reads
from vecgate.policy.asked import testing

KIND = dialects.kind("chroma")


def test_the_shipped_policies_are_covered_as_the_command_says() -> None:
    folder = Path(REPOSITORY / "policies")
    policies = policy.load(folder)
    told = covered(folder, policies, KIND)
    report = testing.run(folder, policies, reads(KIND))
    assert isinstance(told, dict)
    assert (told["cases"], told["failed"], told["problem"]) == (len(report.results), [], "")
    assert told["cases"] > 0  # type: ignore[operator]
    untested = [one["rule"] for one in told["rules"] if not one["cases"]]  # type: ignore[index,union-attr,call-overload]
    assert untested == [*report.untested]


def test_no_test_and_one_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    policies = policy.load(Path(REPOSITORY / "policies"))
    told = covered(tmp_path, policies, KIND)
    assert isinstance(told, dict)
    assert "there is no test" in str(told["problem"])
    (tmp_path / "x.test.yaml").write_text("cases: 7\n", "utf-8")
    told = covered(tmp_path, policies, KIND)
    assert isinstance(told, dict)
    assert "x.test.yaml" in str(told["problem"])
    assert told["cases"] == 0
