"""Deputies as they are written: two people, two days, and what is wrong with them."""

import pytest

from vecgate.domain.approval import Deputy
from vecgate.policy.load import from_texts
from vecgate.policy.review.approver_advice import chained
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.refusals.errors import PolicyError

RULE = "{name: r, who: anyone, where: anywhere, operations: [read], effect: allow, mask: unsafe-nothing}"


def policies(*deputies: str) -> PolicySet:
    return from_texts({"p.yaml": f"version: 1\ndeputies: [{', '.join(deputies)}]\nrules:\n  - {RULE}\n"})


def test_a_deputy_is_there_from_one_day_to_another() -> None:
    said = '{for: bob, by: dana, from: "2026-12-21T00:00Z", until: 2026-12-24 UTC, groups: [owners]}'
    assert policies(said).deputies == (Deputy("bob", "dana", 1797811200.0, 1798156800.0, ("owners",)),)


@pytest.mark.parametrize(
    ("deputy", "said"),
    [
        ("{for: bob, by: BOB, from: 2026-12-21 UTC, until: 2026-12-24 UTC}", "nobody is their own deputy"),
        ("{for: bob, by: dana, from: 2026-12-24 UTC, until: 2026-12-21 UTC}", "it is over before it begins"),
        ("{for: bob, by: dana, from: 2026-12-24 UTC}", "until"),
        ("{for: bob, by: dana, until: 2026-12-24 UTC}", "from"),
        ("{for: bob, by: 'd*', from: 2026-12-21 UTC, until: 2026-12-24 UTC}", "is compared exactly"),
        ("{for: bob, by: dana, from: 2026-12-21, until: 2026-12-24 UTC}", "is no moment"),
    ],
)
def test_what_is_wrong_with_one_is_told(deputy: str, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policies(deputy)
    assert said in str(caught.value)


def test_a_deputy_who_is_away_is_told() -> None:
    first = "{for: bob, by: dana, from: 2026-12-21 UTC, until: 2026-12-24 UTC}"
    second = "{for: dana, by: eve, from: 2026-12-24 UTC, until: 2026-12-31 UTC}"
    later = "{for: dana, by: eve, from: 2026-12-25 UTC, until: 2026-12-31 UTC}"
    [(_, said)] = chained(policies(first, second))
    assert "nobody answers for 'bob' then" in said
    assert [*chained(policies(first, later))] == []
