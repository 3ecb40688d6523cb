"""How does each part stand? Had once, away, back; what takes readiness away again, and what does not."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from support.fakes.clock import Clock
from support.fakes.gates import SETTINGS, Calls, FakeGate, FakePart
from vecgate.domain.call import Answer
from vecgate.refusals.errors import NotVouched, Part, Unavailable, VaultDenied, VecgateError
from vecgate.telemetry.standing import PARTS, Standing

LIFE = SETTINGS.upstreams["tickets-db"].credential.ttl


def at_hand() -> None:
    """A part that is there."""


def is_away(part: str) -> Callable[[], None]:
    def raising() -> None:
        raise Unavailable(part)

    return raising


class Parts:
    """A gate whose parts are all there, until a test takes one away."""

    def __init__(self, tmp_path: Path) -> None:
        self.now = Clock(1000.0)
        self.word, self.health, self.key, self.data_key, self.store = Calls(), Calls({}), Calls(b"k"), Calls(), Calls()
        self.own = Calls()
        self.keys = {"https://a": True, "https://b": True}
        self.policies = FakePart(loaded=FakePart(version="1"), problems=())
        self.recorder, self.workers = FakePart(check=at_hand), FakePart(check=at_hand)
        listen = SETTINGS.listen.model_copy(update={"certificate_folder": tmp_path})
        gate = FakeGate(
            settings=SETTINGS.model_copy(update={"listen": listen}),
            policies=self.policies,
            verifier=FakePart(look=lambda: dict(self.keys)),
            leases=FakePart(try_word=self.word),
            vault=FakePart(call=self.health),
            own_token=FakePart(get=self.own),
            keys=FakePart(of=self.key),
            sealer=FakePart(new_key=self.data_key),
            recorder=self.recorder,
            store=FakePart(check=self.store),
            workers=self.workers,
        )
        self.standing = Standing(gate, self.now)  # type: ignore[arg-type]

    def away(self) -> set[str]:
        """What `/readyz` would name, of the parts that are asked of it here."""
        probes = ("issuers", "vault", "masking_key", "journal")
        return {name for name in probes if raises(getattr(self.standing, name))}

    def states(self) -> dict[str, str]:
        return {part: said["state"] for part, said in self.standing.words().items()}


def raises(probe: Callable[[], None]) -> bool:
    try:
        probe()
    except Unavailable:
        return True
    return False


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return Parts(tmp_path)


async def test_before_anybody_has_looked_nothing_is_there(parts: Parts) -> None:
    assert parts.states() == dict.fromkeys(PARTS, "away")
    assert parts.away() == {"issuers", "vault", "masking_key", "journal"}


async def test_when_all_have_been_had_once_all_are_there(parts: Parts) -> None:
    await parts.standing.look()
    assert parts.states() == dict.fromkeys(PARTS, "ok")
    assert parts.away() == set()


@pytest.mark.parametrize(
    ("taken", "part"),
    [
        (lambda p: p.keys.update({"https://b": False}), "issuers"),  # every one must have been had once
        (lambda p: setattr(p.word, "_results", [Unavailable("vault")]), "vault"),
        (lambda p: setattr(p.word, "_results", [NotVouched("400")]), "vault"),
        (lambda p: setattr(p.own, "_results", [VaultDenied("400 on auth/approle/login")]), "vault"),
        (lambda p: setattr(p.word, "_results", [KeyError("auth")]), "vault"),  # an answer that is none
        (lambda p: setattr(p.key, "_results", [Unavailable("masking key")]), "masking_key"),
        (lambda p: setattr(p.data_key, "_results", [Unavailable("vault")]), "journal"),
        (lambda p: setattr(p.recorder, "check", is_away("journal")), "journal"),
    ],
)
async def test_one_that_was_never_had_keeps_it_from_being_ready(
    parts: Parts, taken: Callable[[Parts], None], part: str
) -> None:
    taken(parts)
    await parts.standing.look()
    assert parts.states()[part] == "away"
    assert parts.away() == {part}


async def test_openbao_may_be_away_for_as_long_as_a_lease_lives(parts: Parts) -> None:
    await parts.standing.look()
    parts.health._results = [Unavailable(Part.VAULT)]
    parts.word._results = [Unavailable(Part.VAULT)]
    parts.now.at += 10
    await parts.standing.look()
    assert parts.standing.words()["vault"] == {"state": "away", "since": 1010.0}
    assert parts.away() == set()
    parts.now.at += LIFE - 1
    assert parts.away() == set()
    parts.now.at += 1
    assert parts.away() == {"vault"}
    parts.word._results = [None]
    await parts.standing.look()
    assert parts.away() == set()


async def test_between_logins_openbao_is_only_asked_whether_it_is_there(parts: Parts) -> None:
    for _ in range(5):
        await parts.standing.look()
        parts.now.at += 5
    assert (len(parts.word.given), len(parts.health.given)) == (1, 4)
    parts.now.at += 300
    await parts.standing.look()
    assert len(parts.word.given) == 2


async def test_issuers_are_away_again_only_when_nobodys_keys_are_good(parts: Parts) -> None:
    await parts.standing.look()
    parts.keys["https://a"] = False
    await parts.standing.look()
    assert (parts.states()["issuers"], parts.away()) == ("away", set())
    parts.keys["https://b"] = False
    await parts.standing.look()
    assert parts.away() == {"issuers"}


async def test_a_masking_key_and_a_journals_key_are_asked_for_until_they_were_had(parts: Parts) -> None:
    parts.key._results = [Unavailable(Part.MASKING_KEY), b"k"]
    parts.data_key._results = [Unavailable(Part.VAULT), None]
    await parts.standing.look()
    await parts.standing.look()
    assert parts.away() == set()
    await parts.standing.look()
    assert len(parts.data_key.given) == 2


async def test_a_full_disk_is_told_at_once(parts: Parts) -> None:
    await parts.standing.look()
    parts.recorder.check = is_away("journal")
    assert parts.away() == {"journal"}


async def test_a_newer_set_of_policies_that_is_broken_makes_the_old_one_stale(parts: Parts) -> None:
    await parts.standing.look()
    assert parts.standing.stale_seconds() == 0
    parts.policies.problems = ("x.yaml:1: not YAML",)
    parts.now.at += 60
    await parts.standing.look()
    parts.now.at += 30
    await parts.standing.look()
    assert parts.standing.words()["policies"] == {"state": "stale", "since": 1060.0}
    assert parts.standing.stale_seconds() == 30
    parts.policies.problems = ()
    await parts.standing.look()
    assert (parts.states()["policies"], parts.standing.stale_seconds()) == ("ok", 0)


async def test_the_log_tells_once_what_is_away_with_the_reason_and_that_it_is_back(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "vecgate.telemetry.standing")
    parts.word._results = [NotVouched("400 on auth/vecgate/login", "invalid issuer (iss) claim")]
    await parts.standing.look()
    assert caplog.messages == []  # it has just started
    for _ in range(3):
        parts.now.at += 5
        await parts.standing.look()
    parts.word._results = [None]
    await parts.standing.look()
    parts.recorder.check = is_away("journal")
    await parts.standing.look()
    assert caplog.messages == [
        "vault: away: 400 on auth/vecgate/login: invalid issuer (iss) claim",
        "vault: ok again",
        "journal: away: journal",
    ]


async def test_a_part_that_hangs_is_away_and_holds_up_no_other(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vecgate.telemetry.standing._LONGEST_LOOK", 0.05)
    hung: Callable[[], Awaitable[Any]] = asyncio.Event().wait
    parts.standing._gate.leases.try_word = hung  # type: ignore[method-assign,assignment]
    await parts.standing.look()
    assert {part for part, state in parts.states().items() if state != "ok"} == {"vault"}


# the databases


def gate(answer: Any = None, **parts: Any) -> FakeGate:
    asked = Calls(answer if answer is not None else Answer(200))
    made = FakeGate(asked=asked, **parts)
    made.ask = lambda _upstream: asked
    return made


def looks(made: FakeGate) -> Standing:
    return Standing(made, lambda: 1000.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(200), "ok"),
        (Answer(404), "ok"),
        (Answer(503), "away: status 503"),
        (Unavailable(Part.UPSTREAM, "refused"), "away"),
        (Unavailable(Part.VAULT), "away: vault"),
        (VaultDenied("no"), "away: VaultDenied"),
    ],
)
async def test_how_a_database_is(answer: Answer | VecgateError, state: str) -> None:
    made = gate(answer)
    assert await looks(made).of_upstream("tickets-db") == state
    assert made.asked.given[0][0].path == "/api/v2/heartbeat"


async def test_one_that_nothing_cheap_can_be_asked_of_is_not_asked() -> None:
    made = gate(chroma=FakePart(alive=None))
    assert await looks(made).of_upstream("tickets-db") == "unknown"
    assert made.asked.given == []
