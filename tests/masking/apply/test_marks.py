"""What a gateway put there is known again; nothing that anybody would write is taken for it."""

from base64 import urlsafe_b64encode

import pytest

from support.fakes.inbound import ADDRESS, KEY, NAME, profile, shown
from support.tools.every import every
from vecgate.domain.profiles import ENTITIES, OperatorSpec
from vecgate.masking.apply.marks import checked, has_mark, is_mark, is_ours, marks
from vecgate.masking.apply.operators import build
from vecgate.masking.apply.operators.token import is_ours as token_is_ours

DIGITS = str.maketrans("0123456789", "abcdefghij")
KEYED = ("hash", "pseudonym", "token")
VALUES = [NAME, ADDRESS, "a", "4111 1111 1111 1111", *(f"person number {i}" for i in range(40))]


def made(operator: str, entity: str = "PERSON", value: str = NAME) -> str:
    return str(build(OperatorSpec(operator), KEY)(value, entity))


@every("entity", [*ENTITIES, "FIELD"])
@every("operator", KEYED)
def test_every_mark_is_found_wherever_it_stands(operator: str, entity: str) -> None:
    for value in VALUES:
        mark = made(operator, entity, value)
        assert list(marks(mark)) == [(0, len(mark))]
        assert list(marks(f"(to {mark}, {mark}.)")) == [(4, 4 + len(mark)), (6 + len(mark), 6 + 2 * len(mark))]
        assert is_mark(mark) is (operator != "token")
        assert has_mark(f"said {mark}.") is (operator != "token")
        assert not is_mark(f"said {mark}.")


@pytest.mark.parametrize("length", [8, 16, 20, 52])
def test_a_mark_ends_in_what_follows_from_it_under_its_key(length: int) -> None:
    mark = checked("abcd" * 13, length, KEY)
    assert len(mark) == length
    assert mark[:-2] == ("abcd" * 13)[: length - 2]
    assert is_ours(f"<PERSON:{mark}>", KEY)
    others = [f"<PERSON:{checked(f'{i:02}'.translate(DIGITS) + 'cd' * 25, length, b'o' * 32)}>" for i in range(40)]
    assert sum(is_ours(other, KEY) for other in others) < 4


NONE = [
    # nothing
    *("", " ", "person", "<PERSON>", "<PERSON_1>", "person-4", "well-known", ADDRESS),
    # a mark in a longer word
    *(f"x{made('pseudonym')}", f"{made('pseudonym')}x", f"{made('pseudonym')}-x", f"my-{made('pseudonym')}"),
    # what is no entity
    *(made("pseudonym").replace("person", "human"), made("hash").replace("PERSON", "HUMAN")),
    # a character that is in none
    *(made("pseudonym")[:-1] + "0", made("hash").replace(made("hash")[9], "8")),
]
FORGED = [
    "<PERSON:annakowalski>", "<EMAIL:annaexamplecom>", "person-annakowalskiannakowa",
    f"<PERSON#{urlsafe_b64encode(b'Anna Kowalski, Main Street 12').decode().rstrip('=')}>",
    "<ID#sk_live_4eC39HqLyjWDarjtT1zdp7dc>", "<ID#DE89370400440532013000>",
    str(build(OperatorSpec("token"), b"o" * 32)(NAME, "PERSON")),
]  # fmt: skip


@pytest.mark.parametrize("text", FORGED)
def test_what_only_looks_like_a_mark_is_not_ours(text: str) -> None:
    assert [*marks(text)] == [(0, len(text))]
    assert not is_ours(text, KEY)
    assert not token_is_ours(text, KEY)


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
