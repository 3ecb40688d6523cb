"""Several workers are one gateway: one port, one CA, one state; who dies comes back, who stops cuts nobody off."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from path.running.test_start_and_stop import run
from support.forked.commands import vecgate
from support.tools.askers import Asker, asker, assert_refused, assert_served, comes_back, readable, until
from support.tools.workers import proxies, workers
from vecgate.recording import read

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the workers under /proc")

#: Each begins workers of its own, which is dear.
SOME: Final = pytest.mark.sample(2, "file")
REQUESTS: Final = "/.vecgate/v1/requests"
OVER: Final = {
    "state": {"prefix": "workers-test"},
    "hold": {"wait": 40},
    "telemetry": {"upstream_check": 1},
    "listen": {"drain": 20},
}


@pytest.fixture(scope="module")
def two(gateways: Factory) -> Gateway:
    """A gateway of two workers, on a port and with a CA of its own; a test that ends one waits for its successor."""
    made = gateways.make(
        OVER | {"listen": {"certificate_folder": str(gateways.folder / "new-ca"), "drain": 20}}, workers=2, cold=True
    )
    made.start()
    until(lambda: len(told(gateways.stack, made)) == 2, "both workers are there")
    return made


@pytest.fixture
def alice(stack: Stack, two: Gateway) -> Iterator[Asker]:
    yield asker(stack, two, "alice")
    for one in listed(stack, two, "pending"):  # what a failed test left open would be attached to by the next one
        two.ask("POST", f"{REQUESTS}/{one['id']}/withdraw", token=stack.token("alice"), body={})


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as made:
        yield made


def told(stack: Stack, gateway: Gateway) -> list[dict[str, Any]]:
    """What `vecgate status --json` says of the workers, by number."""
    done = status(stack, gateway, "--json")
    return sorted(json.loads(done.stdout), key=lambda one: one["worker"])


def status(stack: Stack, gateway: Gateway, *words: str) -> Any:
    return vecgate(stack, gateway, "status", "--settings", str(gateway.settings), *words)


def listed(stack: Stack, gateway: Gateway, state: str) -> list[dict[str, Any]]:
    found = gateway.ask("GET", REQUESTS, token=stack.token("bob")).json["requests"]
    return [one for one in found if one["state"] == state]


def pending(stack: Stack, gateway: Gateway) -> str:
    found: list[dict[str, Any]] = []

    def there() -> bool:
        found[:] = listed(stack, gateway, "pending")
        return bool(found)

    until(there, "the request is listed")
    return str(found[0]["id"])


def approve(stack: Stack, gateway: Gateway, id: str, timeout: float = 40) -> Reply:
    return gateway.ask("POST", f"{REQUESTS}/{id}/approve", token=stack.token("bob"), body={}, timeout=timeout)


def holder(stack: Stack, gateway: Gateway) -> int:
    """The process that keeps a request waiting."""
    found: list[int] = []

    def there() -> bool:
        found[:] = [one["pid"] for one in told(stack, gateway) if one["held"]]
        return bool(found)

    until(there, "a worker holds a request")
    return found[0]


# one gateway


def test_connections_reach_both_and_show_one_ca(two: Gateway, alice: Asker, pool: ThreadPoolExecutor) -> None:
    """The CA was made by two processes starting at once in an empty folder; each answer here was verified by it."""
    folder = two.settings.parent / "recordings"

    def both() -> bool:
        for reply in pool.map(lambda _: alice.search(), range(8)):
            assert_served(reply)
        return len([s for s in read.sessions(folder) if s.user == "alice"]) >= 2  # one journal for each worker

    until(both, "both workers have served alice")


def test_status_says_how_each_worker_is(stack: Stack, two: Gateway) -> None:
    until(lambda: all(one["upstreams"] for one in told(stack, two)), "they have looked at the database")
    found = told(stack, two)
    assert [(one["worker"], one["workers"], one["masker"], one["draining"]) for one in found] == [
        (0, 2, True, False),
        (1, 2, True, False),
    ]
    assert {one["pid"] for one in found} == set(proxies(two))
    assert {one["ports"][0] for one in found} == {two.listen.port}
    assert len({one["policy"] for one in found}) == 1
    assert {one["upstreams"]["tickets-db"]["state"] for one in found} == {"ok"}
    shown = status(stack, two)
    assert shown.returncode == 0
    assert "tickets-db: ok (2)" in shown.stdout
    assert shown.stdout.splitlines()[-1].startswith("2 workers, ")


def test_a_database_that_hangs_or_is_gone_is_seen_as_away(stack: Stack, two: Gateway) -> None:
    try:
        stack.stop("front")
        until(
            lambda: all(one["upstreams"]["tickets-db"]["state"] == "away" for one in told(stack, two)),
            "both workers see it",
        )
    finally:
        stack.start("front")
    until(lambda: {o["upstreams"]["tickets-db"]["state"] for o in told(stack, two)} == {"ok"}, "it is back")


def auditor(stack: Stack) -> Path:
    """The login with which MACs can be checked."""
    file = stack.secrets / "auditor.token"
    file.touch(mode=0o600)
    file.write_text(stack.token("erin"), "utf-8")
    return file


def test_their_journals_beside_each_other_are_whole(stack: Stack, two: Gateway, alice: Asker) -> None:
    folder = ("--folder", str(two.settings.parent / "recordings"))
    verified = vecgate(stack, two, "sessions", "verify", "--all", *folder, "--token-file", str(auditor(stack)))
    assert verified.returncode == 0, verified.stdout + verified.stderr


# one state


def test_a_yes_given_at_one_worker_releases_what_the_other_holds(
    stack: Stack, two: Gateway, alice: Asker, pool: ThreadPoolExecutor
) -> None:
    """The holder is stopped while bob says yes, so it is the other one that hears him."""
    waiting = pool.submit(alice.delete_closed)
    id = pending(stack, two)
    pid = holder(stack, two)
    try:
        os.kill(pid, signal.SIGSTOP)
        until(lambda: _answered(lambda: approve(stack, two, id, timeout=3)), "the other worker takes the yes")
    finally:
        os.kill(pid, signal.SIGCONT)
    try:
        assert waiting.result(60).status == 200
        assert [one["id"] for one in listed(stack, two, "used")] == [id]
    finally:
        stack.seed()


def _answered(ask: Callable[[], Reply]) -> bool:
    try:  # a connection that the kernel gave to the stopped worker is not answered
        return ask().status == 200
    except TimeoutError:
        return False


def test_one_yes_is_used_once_however_many_workers_want_it(
    stack: Stack, two: Gateway, alice: Asker, pool: ThreadPoolExecutor
) -> None:
    """Twelve identical requests wait at both workers when the one yes comes."""
    before = len(listed(stack, two, "used"))
    waiting: list[Future[Reply]] = [pool.submit(alice.delete_closed) for _ in range(12)]
    id = pending(stack, two)
    until(lambda: sum(one["held"] for one in told(stack, two)) == 12, "all of them are held")
    held = [one["held"] for one in told(stack, two)]
    try:
        assert approve(stack, two, id).status == 200
        replies = [one.result(60) for one in waiting]
    finally:
        stack.seed()
    assert all(held), "each worker holds some"
    assert [reply.status for reply in replies].count(200) == 1
    for reply in replies:
        if reply.status != 200:
            assert_refused(reply, "requests.settled", "hold.pending")
    assert len(listed(stack, two, "used")) == before + 1


# who dies, and who stops


@SOME
def test_a_worker_that_is_killed_is_started_anew_and_the_other_serves_meanwhile(
    stack: Stack, two: Gateway, alice: Asker
) -> None:
    victim = told(stack, two)[0]["pid"]
    os.kill(victim, signal.SIGKILL)
    until(lambda: victim not in proxies(two), "it is gone")
    assert_served(comes_back(alice.search))
    until(lambda: len(proxies(two)) == 2, "its successor is there")
    until(lambda: victim not in {one["pid"] for one in told(stack, two)}, "status has forgotten it")
    until(lambda: len(told(stack, two)) == 2, "status knows its successor")
    assert told(stack, two)[0]["restarts"] == 1
    assert "was ended by SIGKILL; starting it again" in two.log.read_text("utf-8")


@SOME
def test_a_worker_that_is_told_to_stop_finishes_what_is_under_way(
    stack: Stack, two: Gateway, alice: Asker, pool: ThreadPoolExecutor
) -> None:
    # Both know whatever has to be looked up before a search: that is not waited for as long as an answer.
    for reply in pool.map(lambda _: alice.search(), range(16)):
        assert_served(reply)
    until(lambda: not any(one["in_flight"] for one in told(stack, two)), "it is told that nobody is busy any more")
    stack.pause("chroma")
    try:
        waiting = pool.submit(alice.search)
        busy = _busy(stack, two)
        os.kill(busy, signal.SIGTERM)
        until(lambda: any(one["draining"] for one in told(stack, two)), "it drains")
    finally:
        stack.resume("chroma")
    reply = waiting.result(60)
    assert_served(reply)
    assert reply.headers["connection"] == "close", "the next request goes to somebody else"
    until(lambda: busy not in proxies(two) and len(told(stack, two)) == 2, "its successor is there")


def _busy(stack: Stack, gateway: Gateway) -> int:
    found: list[int] = []

    def there() -> bool:
        found[:] = [one["pid"] for one in told(stack, gateway) if one["in_flight"]]
        return bool(found)

    until(there, "a request is under way")
    return found[0]


@SOME
def test_a_request_held_by_a_worker_that_stops_goes_on_at_another(
    stack: Stack, two: Gateway, alice: Asker, pool: ThreadPoolExecutor
) -> None:
    waiting = pool.submit(alice.delete_closed)
    id = pending(stack, two)
    pid = holder(stack, two)
    os.kill(pid, signal.SIGTERM)
    sent_away = waiting.result(20)  # long before the hold of 40 seconds ends
    assert_refused(sent_away, "hold.pending")
    assert sent_away.json["request_id"] == id
    assert int(sent_away.headers["retry-after"]) > 0
    again = pool.submit(alice.delete_closed)
    until(lambda: any(one["held"] for one in told(stack, two) if one["pid"] != pid), "another worker holds it")
    try:
        assert [one["id"] for one in listed(stack, two, "pending")] == [id], "the same approval"
        assert approve(stack, two, id).status == 200
        assert again.result(60).status == 200
    finally:
        stack.seed()
    until(lambda: len(told(stack, two)) == 2, "its successor is there")


def test_nothing_personal_is_in_the_status_or_the_log(stack: Stack, two: Gateway) -> None:
    assert readable(status(stack, two, "--json").stdout.encode()) == []
    assert "alice" not in status(stack, two, "--json").stdout
    assert readable(two.log.read_bytes()) == []


# the whole of it


def family(gateway: Gateway) -> list[int]:
    return [*proxies(gateway), *workers(gateway)]


def gone(pids: list[int]) -> bool:
    return not any((Path("/proc") / str(pid)).exists() for pid in pids)


@SOME
def test_stopped_as_a_whole_it_answers_who_waits_and_leaves_no_process(
    stack: Stack, gateways: Factory, pool: ThreadPoolExecutor
) -> None:
    made = gateways.make(OVER | {"state": {"prefix": "workers-stop"}}, workers=2, web=True, cold=True)
    made.start()
    alice = asker(stack, made, "alice")
    waiting = pool.submit(alice.delete_closed)
    id = pending(stack, made)
    children = family(made)
    assert len(children) == 4
    made.stop()
    reply = waiting.result(30)
    assert_refused(reply, "hold.pending")
    assert reply.json["request_id"] == id
    until(lambda: gone(children), "its processes are gone")
    none = status(stack, made)
    assert (none.returncode, none.stdout, none.stderr) == (1, "", "no worker is there\n")
    journals = [j for j in (made.settings.parent / "recordings").glob("*.jsonl") if j.name != "heads.jsonl"]
    ends = [json.loads(journal.read_bytes().splitlines()[-1]) for journal in journals]
    assert [end["code"] for end in ends] == ["session.closed"] * len(ends)


def test_workers_do_not_outlive_a_supervisor_that_is_killed(stack: Stack, gateways: Factory) -> None:
    made = gateways.make(OVER | {"state": {"prefix": "workers-orphans"}}, workers=2, cold=True)
    made.start()
    until(lambda: len(workers(made)) == 2, "all are there")
    children = family(made)
    made.server.kill()
    until(lambda: gone(children), "they have ended by themselves")


@pytest.mark.sample(1)
@pytest.mark.parametrize("more", [{"workers": 2}, {"web": True}], ids=["two workers", "one with a viewer"])
def test_what_cannot_start_ends_and_says_why(stack: Stack, gateways: Factory, more: Any) -> None:
    ended = run(gateways.make({"upstreams": {"tickets-db": {"dialect": "nope"}}}, cold=True, **more))
    assert ended.returncode == 1
    assert "upstreams.tickets-db: " in ended.stdout
    assert "giving up" in ended.stdout


def test_a_port_that_is_taken_is_said_before_anything_starts(stack: Stack, gateways: Factory) -> None:
    """With SO_REUSEPORT a second gateway would otherwise share the port with the first one."""
    ended = run(gateways.make({"listen": {"port": stack.ports["front"]}}, workers=2, cold=True))
    assert ended.returncode == 1
    assert str(stack.ports["front"]) in ended.stdout
    assert "started" not in ended.stdout
