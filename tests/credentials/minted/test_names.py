"""What is a minted key called?"""

import pytest

from support.tools.every import every
from vecgate.credentials.minted.names import Names

DASHED, MILVUS = Names("vecgate", longest=64), Names("vecgate", "_", 32)


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("", "x"), ("???", "x"), ("алиса", "x"), ("alice", "alice"), ("Alice.Smith@Example.org", "alice-smith-example-org"),
        ("-a-", "a"), ("_", "x"), ("a" * 80, "a" * 45),
    ],
)  # fmt: skip
def test_a_name_says_whose_it_is_as_far_as_a_name_can(user: str, said: str) -> None:
    name = DASHED.new(user)
    assert name.startswith(f"vecgate-{said}-")
    assert len(name) == len(f"vecgate-{said}-") + 10
    assert DASHED.ours(name)


def test_names_of_milvus_have_32_characters_at_most_of_those_that_it_takes() -> None:
    for user in ("", "alice", "alice.with.a.very.long.name@example.org", "a_very_long__name__with_joints_____"):
        name = MILVUS.new(user)
        assert len(name) <= 32
        assert name.replace("_", "a").isalnum()
        assert MILVUS.ours(name)


def test_two_names_of_one_person_differ() -> None:
    assert len({DASHED.new("alice") for _ in range(1000)}) == 1000


@every(
    "name",
    [
        "", "vecgate", "vecgate-", "vecgate-admin", "vecgate-0123456789", "vecgate--0123456789", "vecgate-a-012345678",
        "vecgate-a-0123456789a", "vecgate-a-0123456789\n", " vecgate-a-0123456789", "vecgate-A-0123456789",
        "vecgate-a-012345678G", "vecgate2-a-0123456789", "xvecgate-a-0123456789", "vecgate_a_0123456789", "root", "admin",
        "vecgate-" + "a" * 64 + "-0123456789",
    ],
)  # fmt: skip
def test_what_is_called_otherwise_is_not_ours(name: str) -> None:
    assert not DASHED.ours(name)
