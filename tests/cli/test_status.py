"""vecgate status: a table for people, everything for scripts, and an exit code."""

import asyncio
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.fakes.gates import SETTINGS
from support.servers.valkey import Valkey, running_valkey
from vecgate.cli import main, status
from vecgate.settings.state import State
from vecgate.state.barred import Lock
from vecgate.state.roster import Roster
from vecgate.state.store import Store


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


def worker(number: int, **over: Any) -> dict[str, Any]:
    return {
        "host": "gw1", "pid": 100 + number, "worker": number, "workers": 2, "restarts": 0, "mode": "reverse", "ports": [8443],
        "started": 1000.0, "seen": 1010.0, "held": number, "masker": True, "policy": "461c62487147aa", "connections": 2,
        "in_flight": 1, "draining": False, "upstreams": {"tickets-db": {"state": "ok", "ms": 2.4}}, **over,
    }  # fmt: skip


def settings(valkey: Valkey, folder: Path, prefix: str) -> Path:
    tree = SETTINGS.model_dump(mode="json")
    tree["state"] = {"url": valkey.url, "prefix": prefix, "timeout": 20}
    (folder / "settings.yaml").write_text(yaml.safe_dump(tree))
    return folder / "settings.yaml"


def put(valkey: Valkey, prefix: str, *workers: dict[str, Any]) -> None:
    async def work() -> None:
        store = Store(State(url=valkey.url, prefix=prefix, timeout=20))
        await store.open()
        for one in workers:
            await Roster(store).here(f"{one['host']}:{one['pid']}", one, seconds=600)
        await store.close()

    asyncio.run(work())


def test_without_a_worker_it_says_so_and_the_exit_code_is_1(
    valkey: Valkey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings(valkey, tmp_path, secrets.token_hex(4))
    assert main(["status", "--settings", str(file)]) == 1
    assert capsys.readouterr() == ("", "no worker is there\n")
    assert main(["status", "--json", "--settings", str(file)]) == 1
    assert json.loads(capsys.readouterr().out) == []


def test_when_the_state_is_away_it_says_so(valkey: Valkey, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = settings(valkey, tmp_path, "x")
    file.write_text(file.read_text().replace(valkey.url, "unix:///nowhere/s"))
    assert main(["status", "--settings", str(file)]) == 1
    assert capsys.readouterr().err.endswith("(is Valkey up, and state.url right?)\n")


def test_it_reads_what_every_worker_says(valkey: Valkey, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prefix = secrets.token_hex(4)
    file = settings(valkey, tmp_path, prefix)
    put(valkey, prefix, worker(1), worker(0), worker(0, host="gw0", pid=7))
    assert main(["status", "--settings", str(file), "--json"]) == 0
    assert [(one["host"], one["worker"]) for one in json.loads(capsys.readouterr().out)] == [
        ("gw0", 0),
        ("gw1", 0),
        ("gw1", 1),
    ]
    assert main(["status", "--settings", str(file)]) == 0
    assert capsys.readouterr().out.endswith("3 workers, 6 connections, 3 in flight, 1 held\n")


def test_the_table_tells_workers_databases_and_sums() -> None:
    away = {"tickets-db": {"state": "away", "ms": 30.0}}
    shown = status.shown(
        [worker(0), worker(1, restarts=2, draining=True, masker=False, policy="", upstreams=away)], 1075.0
    )
    assert shown.splitlines() == [
        "host  worker    pid  port  up     connections  in flight  held  masker  policy",
        "gw1   0 (of 2)  100  8443  1m15s  2            1          0     ready   461c62487147",
        "gw1   1 (of 2)  101  8443  1m15s  2            1          1     away    none          2 restarts, draining",
        "",
        "tickets-db: away (1), ok (1), 30 ms",
        "2 workers, 4 connections, 2 in flight, 1 held",
    ]


def test_one_worker_is_told_as_one() -> None:
    assert status.shown([worker(0)], 1075.0).splitlines()[-1].startswith("1 worker, ")


def test_a_part_that_somebody_misses_is_told_with_since_when_and_the_rest_is_not() -> None:
    well = {"policies": {"state": "ok", "since": 1.0}, "vault": {"state": "ok", "since": 1.0}}
    stale = {"policies": {"state": "stale", "since": 1040.0}, "vault": {"state": "away", "since": 1050.0}}
    staler = {"policies": {"state": "stale", "since": 1041.0}, "vault": {"state": "ok", "since": 1.0}}
    workers = [worker(n, parts=parts, disk_free=n * 10**9 + 10**9) for n, parts in enumerate((well, stale, staler))]
    assert status.shown(workers, 1075.0).splitlines()[5:] == [
        "policies: stale since 1970-01-01 00:17:20 UTC (2 of 3)",
        "vault: away since 1970-01-01 00:17:30 UTC (1 of 3)",
        "disk left for recordings: 1.0 GB",
        "tickets-db: ok (3), 2 ms",
        "3 workers, 6 connections, 3 in flight, 3 held",
    ]


def test_what_a_worker_says_cannot_drive_a_terminal() -> None:
    assert "\x1b" not in status.shown([worker(0, host="\x1b[2J", policy="\x1b[31m")], 1010.0)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m0s"),
        (3599, "59m59s"),
        (3600, "1h0m"),
        (86399, "23h59m"),
        (90000, "1d1h"),
    ],
)
def test_how_long_it_is_up(seconds: float, shown: str) -> None:
    assert status._span(seconds) == shown


def test_a_sink_of_notices_that_did_not_take_the_last_one_is_told() -> None:
    away, back = {"state": "away", "since": 60.0, "at": 100.0}, {"state": "ok", "since": 50.0, "at": 90.0}
    older = worker(0, notices={"chat": back, "hook": away})
    newer = worker(1, notices={"chat": away, "hook": back | {"at": 110.0}})
    lines = status.shown([older, newer, worker(2)], 1075.0).splitlines()
    assert [one for one in lines if "notices" in one] == ["notices to chat: away since 1970-01-01 00:01:00 UTC"]


def test_what_is_locked_is_shown() -> None:
    locks = [
        Lock("i#eve", "eve", "canary.found", 0.0),
        Lock("db/c\x1b", "", "INC-7", 60.0, kind="collection", by="bob"),
        Lock("", "", "", 60.0, kind="everything", by="bob"),
    ]
    assert status.shown([worker(0)], 1075.0, locks).splitlines()[-4:-1] == [
        "locked: user eve since 1970-01-01 00:00:00 UTC: canary.found",
        "locked: collection db/c\ufffd since 1970-01-01 00:01:00 UTC by bob: INC-7",
        "locked: everything since 1970-01-01 00:01:00 UTC by bob",
    ]
