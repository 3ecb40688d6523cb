"""Which processes, on which ports; all workers are told the same key, and a port that is taken is said first."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from support.fakes.gates import SETTINGS
from vecgate.processes import jobs
from vecgate.refusals.errors import SettingsError
from vecgate.settings.file import Settings


def settings(port: int = 8443, host: str = "127.0.0.1", upstreams: int = 1) -> Settings:
    tree = SETTINGS.model_dump(mode="json")
    tree["listen"] |= {"port": port, "host": host}
    tree["upstreams"] = {f"db{n}": tree["upstreams"]["tickets-db"] for n in range(upstreams)}
    return Settings.model_validate(tree)


@pytest.mark.parametrize(
    ("mode", "workers", "upstreams", "expected"),
    [
        ("reverse", 1, 1, [8443]),
        ("reverse", 3, 2, [8443, 8444]),
        ("regular", 3, 2, [8443]),
        ("transparent", 1, 2, [8443]),
        ("transparent", 3, 2, [8443, 8444, 8445]),
    ],
)
def test_the_ports_clients_come_in_by(mode: str, workers: int, upstreams: int, expected: list[int]) -> None:
    assert jobs.ports(mode, settings(upstreams=upstreams), workers) == expected


def test_all_workers_have_one_key_and_two_gateways_have_two() -> None:
    found, other = jobs.jobs("reverse", 3, None), jobs.jobs("reverse", 1, None)
    assert [job.words[-2:] for job in found] == [("--worker", str(n)) for n in range(3)]
    assert [job.told["workers"] for job in found] == [3] * 3
    keys = {job.told["hash_key"] for job in found}
    assert len(keys) == 1
    assert len(bytes.fromhex(keys.pop())) == 32
    assert found[0].told["hash_key"] != other[0].told["hash_key"]


def test_with_a_viewer_all_are_told_where_it_listens_and_it_is_not_vital() -> None:
    viewer, worker = jobs.jobs("regular", 1, Path("/run/v/s"))
    assert (viewer.vital, worker.vital) == (False, True)
    assert viewer.told == {"feed": "/run/v/s"}
    assert worker.told["feed"] == "/run/v/s"


@pytest.mark.parametrize("host", ["127.0.0.1", ""])
def test_a_port_that_is_taken_is_named(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=str(port)):
            jobs.need_ports("reverse", settings(port, "127.0.0.1"), 2)
    jobs.need_ports("reverse", settings(port, host), 2)


def test_a_viewers_socket_lies_where_nobody_else_can_enter() -> None:
    with jobs._socket(wanted=True) as path:
        assert path is not None
        assert path.parent.stat().st_mode & 0o077 == 0
        assert len(str(path)) < 100
    assert not path.parent.exists()
    with jobs._socket(wanted=False) as none:
        assert none is None


def test_there_is_at_least_one_core() -> None:
    found: Any = jobs.cores()
    assert found >= 1


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        # no limit is known
        (None, 64), ("max 100000\n", 64), ("", 64), ("100000\n", 64), ("x y\n", 64), ("100000 0\n", 64),
        # a share of one core, of some, of more than there are
        ("1000 100000\n", 1), ("100000 100000\n", 1), ("150000 100000\n", 2), ("9000000 100000\n", 64),
    ],
)  # fmt: skip
def test_a_container_has_the_cores_it_gets_time_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None, cores: int
) -> None:
    quota = tmp_path / "cpu.max"
    if text is not None:
        quota.write_text(text, "ascii")
    monkeypatch.setattr(jobs, "QUOTA", quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert jobs.cores() == cores
