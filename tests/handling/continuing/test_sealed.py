"""Who opens a handle, and what stands in it? Its owner alone, in their session; to all others it is nothing."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.tools.every import every
from vecgate.domain.call import Call, Cursor
from vecgate.domain.principal import Principal
from vecgate.handling.continuing.sealed import BEGIN, MOST, opened, opened_by, sealed
from vecgate.masking.apply.keys import LocalKeys
from vecgate.refusals.errors import CallRefused

KEY = bytes(range(32))
CALL = Call("POST", "/people/_search", (("scroll", "1m"),), (("accept", "application/json"),), b'{"size":2}')
CURSOR = Cursor("scroll", "of-the-server", CALL, "s1", 12.5, "mark")
MINE = replace(ALICE, claims={"sid": "s-1"})
OTHERS: list[Principal] = [
    replace(MINE, subject="bob"), replace(MINE, issuer="https://elsewhere.test"), replace(MINE, claims={"sid": "s-2"}), replace(MINE, claims={}),
    replace(MINE, claims={"sid": "s-1", "act": {"sub": "bot"}}),
]  # fmt: skip


def test_its_owner_opens_it_and_nothing_of_it_can_be_read() -> None:
    handle = sealed(CURSOR, KEY, MINE)
    assert opened(handle, KEY, MINE) == CURSOR
    assert handle.startswith(BEGIN)
    assert "people" not in handle
    assert sealed(CURSOR, KEY, MINE) != handle


@every("who", OTHERS)
def test_to_everybody_else_it_is_nothing(who: Principal) -> None:
    with pytest.raises(ValueError, match="not made here"):
        opened(sealed(CURSOR, KEY, MINE), KEY, who)


def test_another_token_of_the_same_session_opens_it() -> None:
    later = replace(MINE, expires_at=5e9, claims={"sid": "s-1", "jti": "another"})
    assert opened(sealed(CURSOR, KEY, MINE), KEY, later) == CURSOR


def test_changed_in_any_place_it_is_nothing() -> None:
    handle = sealed(CURSOR, KEY, MINE)
    changed = [f"{handle[:at]}{'A' if handle[at] != 'A' else 'B'}{handle[at + 1 :]}" for at in range(len(handle) - 1)]
    for one in (*changed, handle[:-4], f"{handle}AAAA", "", BEGIN, "of-the-server", handle.replace(BEGIN, "vgc0")):
        with pytest.raises(ValueError, match=r"not"):
            opened(one, KEY, MINE)
    with pytest.raises(ValueError, match=r"not made"):
        opened(handle, bytes(32), MINE)


async def test_each_upstream_has_handles_of_its_own_and_a_refusal_says_nothing_of_why() -> None:
    keys: Any = LocalKeys(KEY)
    handle = sealed(CURSOR, await keys.of(("tickets-db", "")), MINE)
    assert await opened_by(handle, keys, ("tickets-db", ""), MINE) == CURSOR
    for who, place in ((MINE, "other-db"), (OTHERS[0], "tickets-db")):
        with pytest.raises(CallRefused) as caught:
            await opened_by(handle, keys, (place, ""), who)
        assert caught.value.refusal.code == "cursor.unknown"


def test_a_short_handle_that_says_very_much_is_nothing() -> None:
    """Packed, a million letters are a thousand."""
    much = replace(CURSOR, call=replace(CALL, body=b"a" * 3 * MOST))
    handle = sealed(much, KEY, MINE)
    assert len(handle) < 4096
    with pytest.raises(ValueError, match=r"unexpected|JSON|EOF|end"):
        opened(handle, KEY, MINE)
