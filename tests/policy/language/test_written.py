"""What stands in a condition is told by its place where it is not what it is taken for; and only there."""

import pytest

from vecgate.policy.language.written import check, network


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("in_network(source.address,\n 'x')", "line 1, column 27: 'x' does not appear to be"),
        ("true &&\n upstream == 'a' && 4 % 0 == 1", "line 2, column 23: nothing can be divided by zero"),
        ("time.getDate() in [1, 32]", "line 1, column 5: 'getDate' is a number from 1 to 31"),
        ("time.getHours('UTC') > 24", "'getHours' is a number from 0 to 23"),
        ("'serch' == operation.kind", "line 1, column 1: unknown kind of operation 'serch'"),
        ("operation.group in ['read', 'wirte']", "Did you mean 'write'?"),
    ],
)
def test_what_it_is_not_is_told_by_its_place(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="line") as e:
        check(text)
    assert said in str(e.value)


@pytest.mark.parametrize(
    "text",
    [
        "tenant == 'a/0' || tenant == \"5%0\" || operation.limit / 10 == 0 || operation.limit % 05 == 0",
        "time.getHours('UTC') < 24 && time.getMonth() >= 0 && time.getFullYear() == 2027",
        "operation.kind == 'search' || operation.group != 'read' || operation.kind.startsWith('delete')",
        "in_network(source.address, '0.0.0.0/0') && in_network('10.0.0.1', '10.0.0.0/8')",
    ],
)
def test_nothing_is_said_of_what_is(text: str) -> None:
    check(text)


def test_a_network_is_read_once() -> None:
    assert network("10.0.0.0/8") is network("10.0.0.0/8")
