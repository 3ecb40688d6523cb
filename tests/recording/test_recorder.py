import asyncio

import pytest

from support.fakes.journals import Clock, LocalSealer
from support.tools.soon import soon
from vecgate.domain.call import Json
from vecgate.domain.principal import Secret
from vecgate.recording import parts, read
from vecgate.recording import recorder as module
from vecgate.recording.recorder import Recorder
from vecgate.recording.seal import Sealer, unwrap
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.recording import Recording

ALICE = ("issuer#alice", "alice", "10.0.0.1:5000", "curl/8.5.0")


def codes(settings: Recording, session: str) -> list[str]:
    return [entry.code for entry in read.load(settings.folder, session).entries]


# which requests belong together


@pytest.mark.parametrize(
    ("caller", "is_same"),
    [
        (ALICE, True),
        (("issuer#alice", "alice", "10.0.0.1:6000", "curl/8.5.0"), True),
        (("issuer#alice", "alice", "10.0.0.2:5000", "curl/8.5.0"), False),
        (("issuer#alice", "alice", "10.0.0.1:5000", "chroma/1.5"), False),
        (("other#alice", "alice", "10.0.0.1:5000", "curl/8.5.0"), False),
    ],
)
async def test_a_session_is_person_address_and_program(
    recorder: Recorder, caller: tuple[str, str, str, str], is_same: bool
) -> None:
    first = await recorder.session(*ALICE)
    assert (await recorder.session(*caller) == first) is is_same


async def test_requests_at_the_same_time_share_one_session_and_one_key(recorder: Recorder, sealer: LocalSealer) -> None:
    assert len(set(await asyncio.gather(*(recorder.session(*ALICE) for _ in range(20))))) == 1
    assert len(sealer.made) == 1


async def test_a_caller_that_leaves_does_not_take_the_session_of_others_along(recorder: Recorder) -> None:
    leaving = asyncio.ensure_future(recorder.session(*ALICE))
    await asyncio.sleep(0)
    staying = asyncio.ensure_future(recorder.session(*ALICE))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == await recorder.session(*ALICE)


async def test_one_person_cannot_open_sessions_without_end(
    recorder: Recorder, settings: Recording, clock: Clock
) -> None:
    made = []
    for i in range(module.SESSIONS_PER_PRINCIPAL + 5):
        clock.now += 1
        made.append(await recorder.session("issuer#alice", "alice", "10.0.0.1", f"agent/{i}"))
    assert len(parts.all_in(settings.folder)) == module.SESSIONS_PER_PRINCIPAL
    assert set(made[module.SESSIONS_PER_PRINCIPAL :]) == {made[module.SESSIONS_PER_PRINCIPAL - 1]}
    assert codes(settings, made[-1]).count("session.joined") == 5


# could it be written now?


async def test_it_could_be_written_until_the_disk_is_full(
    settings: Recording, sealer: LocalSealer, clock: Clock
) -> None:
    free = [10**9]
    found = Recorder(settings, sealer, clock, lambda _: free[0])
    found.check()
    free[0] = 0
    with pytest.raises(Unavailable, match="journal"):
        found.check()


# idle sessions


async def test_after_a_pause_a_new_session_begins(recorder: Recorder, settings: Recording, clock: Clock) -> None:
    assert recorder.count == 0
    first = await recorder.session(*ALICE)
    assert recorder.count == 1
    clock.now += settings.idle - 1
    assert await recorder.session(*ALICE) == first
    clock.now += settings.idle
    assert await recorder.session(*ALICE) != first
    assert codes(settings, first) == ["session.opened", "session.closed"]


async def test_whoever_holds_something_for_a_person_is_told_when_their_last_session_ended(
    recorder: Recorder, settings: Recording, clock: Clock
) -> None:
    told: list[tuple[str, str]] = []

    async def later(principal: str, session: str) -> None:
        told.append((principal, session))

    recorder.on_end(later)
    recorder.on_end(lambda principal, session: told.append((principal, session)))
    first = await recorder.session(*ALICE)
    clock.now += settings.idle / 2
    second = await recorder.session("issuer#alice", "alice", "10.0.0.2", "curl/8")
    clock.now += settings.idle / 2
    recorder.sweep()
    await soon(lambda: codes(settings, first)[-1] == "session.closed")
    assert told == []
    clock.now += settings.idle / 2
    recorder.sweep()
    await soon(lambda: len(told) == 2)
    assert told == [("issuer#alice", second)] * 2


async def test_the_sweep_runs_by_itself(sealer: LocalSealer, settings: Recording, clock: Clock) -> None:
    recorder = Recorder(settings.model_copy(update={"idle": 0.02}), sealer, clock)
    await recorder.open()
    ended = asyncio.Event()
    recorder.on_end(lambda principal, session: ended.set())
    await recorder.session(*ALICE)
    clock.now += 1
    await asyncio.wait_for(ended.wait(), 30)
    await recorder.close()


async def test_a_request_under_way_keeps_its_session(recorder: Recorder, settings: Recording, clock: Clock) -> None:
    session = await recorder.session(*ALICE)
    await recorder.write(session, "request.held", "x1", {})
    await recorder.write(session, "request.sent", "x1", {})
    clock.now += settings.idle + 1
    recorder.sweep()
    await recorder.write(session, "answer.released", "x1", {"status": 200})
    clock.now += settings.idle + 1
    recorder.sweep()
    with pytest.raises(Unavailable, match="has ended"):
        await recorder.write(session, "request.sent", "x2", {})


# what is written


async def test_what_is_written_can_be_read_back(recorder: Recorder, settings: Recording) -> None:
    session = await recorder.session(*ALICE)
    await recorder.write(session, "request.sent", "x1", {"operation": {"name": "search"}}, b"original")
    await recorder.write(session, "answer.released", "x1", {"status": 200, "masked": {"PERSON": 2}})
    await recorder.write(session, "request.refused", "x2", {"refusal": "policy.no_rule"})
    recorded = read.load(settings.folder, session)
    assert recorded.problems == ()
    first, second = recorded.conversations()
    assert (first.get("operation"), first.get("status"), first.get("lease")) == ({"name": "search"}, 200, None)
    assert (first.outcome.code, second.outcome.code) == ("answer.released", "request.refused")


async def test_writing_from_many_requests_at_once_keeps_the_chain(
    sealer: LocalSealer, settings: Recording, clock: Clock
) -> None:
    recorder = Recorder(settings.model_copy(update={"sync": True}), sealer, clock)
    session = await recorder.session(*ALICE)
    await asyncio.gather(
        *(recorder.write(session, "request.sent", f"x{i}", {}, b"y" * (i * 20_000)) for i in range(20))
    )
    await recorder.close()
    recorded = read.load(settings.folder, session)
    assert recorded.problems == ()
    assert len(recorded.entries) == 22


async def test_an_unlisted_field_is_not_written(recorder: Recorder, settings: Recording) -> None:
    session = await recorder.session(*ALICE)
    with pytest.raises(ValueError, match="unlisted fields token"):
        await recorder.write(session, "request.sent", "x1", {"token": "s3cret"})
    assert codes(settings, session) == ["session.opened"]


async def test_originals_are_sealed_with_a_key_that_only_an_auditor_can_unwrap(
    bao, vault, own_token, settings: Recording, clock: Clock
) -> None:
    recorder = Recorder(settings, Sealer(vault, own_token, "transit", "vecgate-journal"), clock)
    session = await recorder.session(*ALICE)
    planted = "Anna Schmidt <anna.schmidt@example.org>"
    await recorder.write(session, "request.sent", "x1", {}, planted.encode())
    await recorder.close()
    for path in settings.folder.iterdir():
        assert not [word for word in ("Anna", "anna.schmidt", bao.gateway_token) if word.encode() in path.read_bytes()]
    recorded = read.load(settings.folder, session)
    wrapped = recorded.opened["key"]["wrapped"]  # type: ignore[index,call-overload]
    with pytest.raises(VaultDenied):
        await unwrap(vault, Secret(bao.gateway_token), "transit", "vecgate-journal", wrapped)
    login = await vault.call(
        "POST", "auth/jwt/login", body={"role": "vecgate-auditor", "jwt": bao.login_token("carol", "auditors")}
    )
    key = await unwrap(vault, Secret(login["auth"]["client_token"]), "transit", "vecgate-journal", wrapped)
    sealed = recorded.entries[1].original
    assert sealed is not None
    assert key.open(sealed, session, 1) == planted.encode()


# failing closed, and coming back


async def test_without_a_data_key_no_session_and_no_file_until_the_vault_is_back(
    recorder: Recorder, sealer: LocalSealer, settings: Recording
) -> None:
    sealer.fail = Unavailable(Part.VAULT)
    with pytest.raises(Unavailable, match="vault"):
        await recorder.session(*ALICE)
    assert parts.all_in(settings.folder) == {}
    sealer.fail = None
    assert await recorder.session(*ALICE)


async def test_a_session_that_has_its_key_does_not_need_the_vault(recorder: Recorder, sealer: LocalSealer) -> None:
    session = await recorder.session(*ALICE)
    sealer.fail = Unavailable(Part.VAULT)
    await recorder.write(await recorder.session(*ALICE), "request.sent", "x", {}, b"sealed")
    assert await recorder.session(*ALICE) == session


async def test_a_full_disk_refuses_and_the_same_session_goes_on_afterwards(
    sealer: LocalSealer, settings: Recording, clock: Clock
) -> None:
    space = [1_000_000]
    recorder = Recorder(settings.model_copy(update={"min_free": 1000}), sealer, clock, free=lambda _: space[0])
    session = await recorder.session(*ALICE)
    await recorder.write(session, "request.sent", "x1", {})
    space[0] = 1001
    with pytest.raises(Unavailable, match="journal"):
        await recorder.write(session, "request.sent", "x2", {})
    await recorder.write(session, "answer.released", "x1", {})
    with pytest.raises(Unavailable, match="journal"):
        await recorder.session("issuer#bob", "bob", "", "")
    space[0] = 1_000_000
    assert await recorder.session(*ALICE) == session
    await recorder.write(session, "request.sent", "x2", {})
    await recorder.close()
    assert read.load(settings.folder, session).problems == ()


async def test_a_journal_that_someone_wrote_to_refuses_and_a_new_one_is_begun(
    recorder: Recorder, settings: Recording
) -> None:
    session = await recorder.session(*ALICE)
    with (settings.folder / f"{session}.jsonl").open("ab") as f:
        f.write(b"{}\n")
    with pytest.raises(Unavailable, match="changed by someone else"):
        await recorder.write(session, "request.sent", "x1", {})
    again = await recorder.session(*ALICE)
    assert again != session
    await recorder.write(again, "request.sent", "x1", {})
    assert read.load(settings.folder, again).problems == ()
    assert read.load(settings.folder, session).problems


async def test_an_unknown_session_is_unavailable(recorder: Recorder) -> None:
    with pytest.raises(Unavailable, match="has ended"):
        await recorder.write("20261123T141500-alice-8f3a", "request.sent", "x", {})


# callers nobody knows


async def test_unknown_callers_share_one_journal_a_day_without_a_key(
    recorder: Recorder, sealer: LocalSealer, settings: Recording, clock: Clock
) -> None:
    sealer.fail = Unavailable(Part.VAULT)
    sessions = {await recorder.session("", "", f"10.0.0.{i}", f"agent/{i}") for i in range(50)}
    assert len(sessions) == 1
    (session,) = sessions
    clock.now += settings.idle * 2
    assert await recorder.session("", "", "10.0.0.1", "") == session
    await recorder.write(session, "request.refused", "x", {"refusal": "identity.missing"}, b"left out")
    clock.now += 86_400
    assert await recorder.session("", "", "10.0.0.1", "") != session
    recorder.sweep()
    recorded = read.load(settings.folder, session)
    assert [e.code for e in recorded.entries] == ["session.opened", "request.refused", "session.closed"]
    assert recorded.entries[1].original is None
    assert recorded.opened["kind"] == "anonymous"


async def test_unknown_callers_cannot_fill_the_disk(
    recorder: Recorder, settings: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANONYMOUS_ENTRIES", 5)
    session = await recorder.session("", "", "10.0.0.1", "")
    big = {"refusal": "identity.missing", "client": "10.0.0.1", "call": {"path": "y" * 10_000}}
    for i in range(20):
        await recorder.write(session, "request.refused", f"x{i}", big)
    entries = read.load(settings.folder, session).entries
    assert [e.code for e in entries][-2:] == ["request.refused", "session.overflow"]
    assert len(entries) == 6
    assert entries[1].body == {"client": "10.0.0.1", "refusal": "identity.missing"}


async def test_what_is_signed_is_written_whole_whoever_sent_it(recorder: Recorder, settings: Recording) -> None:
    """Who is on call counts once it stands there: a hundred people are more than an unknown caller may write."""
    session = await recorder.session("", "", "10.0.0.1", "")
    told: Json = {
        "on_call": {"name": "night", "at": 7.0, "people": [f"person-{n}@example-{'x' * 60}.org" for n in range(100)]}
    }
    await recorder.write(session, "approval.on_call", "x", told)
    assert read.load(settings.folder, session).entries[-1].body == told


async def test_further_unknown_callers_are_counted_in_a_line_a_minute(
    recorder: Recorder, settings: Recording, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANONYMOUS_ENTRIES", 3)
    session = await recorder.session("", "", "10.0.0.1", "")
    for i in range(300):
        await recorder.write(session, "request.refused", f"x{i}", {"refusal": "identity.missing"})
        clock.now += 1
    recorder.sweep()
    entries = read.load(settings.folder, session).entries[3:]
    assert [e.code for e in entries] == ["session.overflow", *["session.refused"] * 4]
    assert {e.body["refused"]["identity.missing"] for e in entries[1:]} == {60}


REFUSED = {"refusal": "policy.no_rule", "client": "10.0.0.1"}


async def test_who_is_refused_again_and_again_gets_so_many_entries_a_minute_and_is_counted(
    recorder: Recorder, settings: Recording, clock: Clock
) -> None:
    session = await recorder.session(*ALICE)
    assert not recorder.counts_refused(session)
    for i in range(500):
        await recorder.write(session, "request.refused", f"x{i}", REFUSED)
    assert recorder.counts_refused(session)
    recorder.sweep()
    assert codes(settings, session) == ["session.opened", *["request.refused"] * 120]
    clock.now += 61
    recorder.sweep()
    assert not recorder.counts_refused(session)
    await recorder.write(session, "request.refused", "last", REFUSED)
    counted, last = read.load(settings.folder, session).entries[-2:]
    assert (counted.code, counted.body) == ("session.refused", {"refused": {"policy.no_rule": 380}})
    assert last.code == "request.refused"


async def test_another_client_program_is_the_same_person_to_the_count(recorder: Recorder, settings: Recording) -> None:
    sessions = [await recorder.session(*ALICE[:3], agent) for agent in ("curl/8.5", "chroma/1.5")]
    for i in range(200):
        await recorder.write(sessions[i % 2], "request.refused", f"x{i}", REFUSED)
    assert sum(codes(settings, session).count("request.refused") for session in sessions) == 120
    await recorder.close()
    assert sum(codes(settings, session).count("session.refused") for session in sessions) == 1


async def test_what_had_begun_always_has_its_end(recorder: Recorder, settings: Recording) -> None:
    session = await recorder.session(*ALICE)
    for i in range(130):
        await recorder.write(session, "request.held", f"held{i}", {})
    for i in range(200):
        await recorder.write(session, "request.refused", f"x{i}", REFUSED)
    for i in range(130):
        await recorder.write(session, "request.refused", f"held{i}", REFUSED)
    assert codes(settings, session).count("request.refused") == 120 + 130


async def test_closing_ends_every_session(sealer: LocalSealer, settings: Recording, clock: Clock) -> None:
    recorder = Recorder(settings, sealer, clock)
    await recorder.open()
    session = await recorder.session(*ALICE)
    await recorder.close()
    assert codes(settings, session)[-1] == "session.closed"
