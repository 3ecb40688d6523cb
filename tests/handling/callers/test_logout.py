"""A login service ends logins: by one form, with one token, written down before it is so."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.tools.every import every
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.principal import End
from vecgate.gate import Gate
from vecgate.handling.callers import logout
from vecgate.refusals.errors import Part, TokenInvalid, Unavailable

FORM = "application/x-www-form-urlencoded"
ENDS = (End("sid", "i", "s-1", 1.0, 2.0),)


class World:
    """Notes what is done in which order."""

    def __init__(self, *, fresh: bool = True, bad: bool = False, writes: bool = True) -> None:
        self.done, self.fresh, self.bad, self.writes = list[str](), fresh, bad, writes

    async def session(self, *_who: str) -> str:
        return "s"

    async def logout(self, token: Any) -> tuple[str, tuple[End, ...]]:
        self.done.append(token.reveal())
        if self.bad:
            raise TokenInvalid("identity.invalid", "its 'aud' is not this gateway")
        return "m", ENDS

    async def write(self, _session: str, code: str, _id: str, _body: Any) -> None:
        if not self.writes:
            raise Unavailable(Part.JOURNAL)
        self.done.append(code)

    async def end(self, _mark: str, _ends: Any) -> bool:
        self.done.append("ended")
        return self.fresh

    async def take(self, body: bytes, kind: str = FORM) -> tuple[str, Exchange]:
        one = Exchange("1", 0.0, "", "", Raw("POST", logout.PATH, (("content-type", kind),), body))
        gate = SimpleNamespace(verifier=self, recorder=self, guards=SimpleNamespace(barred=self))
        refusal = await logout.logged_out(cast(Gate, gate), one)
        assert one.raw.body == b""  # whatever comes of it
        return refusal.code if refusal else "", one


async def test_it_is_written_down_and_then_so() -> None:
    world = World()
    code, one = await world.take(b"logout_token=a.b.c&state=x", f"{FORM}; charset=utf-8")
    assert (code, world.done) == ("", ["a.b.c", "login.ended", "ended"])
    assert one.answer is not None
    assert one.answer.status == 200


@every(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"token=a.b.c", FORM),
        (b"logout_token=a&logout_token=b", FORM),
        (b"logout_token", FORM),
        (b"\xff=1", FORM),
        (b"logout_token=" + b"a" * 70_000, FORM),
        (b"&".join(b"a=%d" % n for n in range(30)), FORM),
        (b'{"logout_token":"a.b.c"}', "application/json"),
        (b"logout_token=a.b.c", ""),
    ],
)
async def test_what_is_not_that_form_ends_nothing(body: bytes, kind: str) -> None:
    world = World()
    assert (await world.take(body, kind))[0] == "identity.logout_token"
    assert world.done == []


async def test_what_is_not_proven_or_was_sent_before_ends_nothing_anew() -> None:
    bad, again = World(bad=True), World(fresh=False)
    assert ((await bad.take(b"logout_token=a"))[0], bad.done) == ("identity.logout_token", ["a"])
    assert (await again.take(b"logout_token=a"))[0] == "identity.logout_token"


async def test_what_cannot_be_written_down_is_not_so() -> None:
    world = World(writes=False)
    with pytest.raises(Unavailable):
        await world.take(b"logout_token=a")
    assert "ended" not in world.done
