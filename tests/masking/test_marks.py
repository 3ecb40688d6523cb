"""What a gateway put there is known again; nothing that anybody would write is taken for it."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest

from support.inbound import ADDRESS, KEY, NAME, profile, shown
from vecgate.masking.marks import checked, has_mark, is_mark, marks
from vecgate.masking.operators import build
from vecgate.profiles import ENTITIES, OperatorSpec

KEYED = ("hash", "pseudonym", "token")
VALUES = [NAME, ADDRESS, "a", "4111 1111 1111 1111", *(f"person number {i}" for i in range(40))]


def made(operator: str, entity: str = "PERSON", value: str = NAME) -> str:
    return str(build(OperatorSpec(operator), KEY)(value, entity))


@pytest.mark.parametrize("entity", [*ENTITIES, "FIELD"])
@pytest.mark.parametrize("operator", KEYED)
def test_every_mark_is_found_wherever_it_stands(operator: str, entity: str) -> None:
    for value in VALUES:
        mark = made(operator, entity, value)
        assert list(marks(mark)) == [(0, len(mark))]
        assert list(marks(f"(to {mark}, {mark}.)")) == [(4, 4 + len(mark)), (6 + len(mark), 6 + 2 * len(mark))]
        assert is_mark(mark) is (operator != "token")
        assert has_mark(f"said {mark}.") is (operator != "token")
        assert not is_mark(f"said {mark}.")


@pytest.mark.parametrize("length", [8, 16, 20, 52])
def test_a_mark_ends_in_what_follows_from_it(length: int) -> None:
    whole = "k3v9" * 13
    mark = checked(whole, length)
    assert len(mark) == length
    assert mark[:-2] == whole[: length - 2]
    assert is_mark(f"<PERSON:{checked('abcd' * 13, length)}>")


NONE = [
    # nothing
    *("", " ", "person", "<PERSON>", "<PERSON_1>", "person-4", "well-known", ADDRESS),
    # words in the form of a mark
    *("<PERSON:annakowalski>", "<EMAIL:annaexamplecom>", "person-annakowalskiannakowal", "id-22334455667722334455"),
    # a mark in a longer word
    *(f"x{made('pseudonym')}", f"{made('pseudonym')}x", f"{made('pseudonym')}-x", f"my-{made('pseudonym')}"),
    # what is no entity
    *(made("pseudonym").replace("person", "human"), made("hash").replace("PERSON", "HUMAN")),
    # one character is another one
    *(made("pseudonym")[:-1] + "0", made("hash").replace(made("hash")[9], "8")),
    # a text that can be read after all
    f"<PERSON#{urlsafe_b64encode(b'Anna Kowalski, Main Street 12').decode().rstrip('=')}>",
    "<PERSON#AAAAAAAAAAAAAAAAAAAAAAA>",
]


@pytest.mark.parametrize("text", [*NONE, None, 7])
def test_nothing_else_is_one(text: Any) -> None:
    assert not is_mark(text)
    assert not has_mark(text)
    if isinstance(text, str):
        assert list(marks(text)) == []


@pytest.mark.parametrize("operator", KEYED)
async def test_a_mark_that_is_masked_again_stays_the_same(operator: str) -> None:
    """So what was read masked can be written back, and is found by what a reader was shown."""
    using = profile(operator, {"*.who": operator})
    for value in (NAME, ADDRESS):
        mark = await shown(value, using)
        assert await shown(mark, using) == mark
        assert await shown(mark, using, "who") == mark
        assert await shown(f"{mark} and {NAME}", using) == f"{mark} and {await shown(NAME, using)}"


async def test_what_stands_around_a_mark_is_still_masked() -> None:
    mark = made("pseudonym", "EMAIL", ADDRESS)
    assert await shown(f"{NAME} {mark}@example.com", profile("redact")) == f"[REDACTED] {mark}@[REDACTED]"
