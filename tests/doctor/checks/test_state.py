"""The Valkey/Redis that workers share: what it keeps, and who gets in."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from support.forked.ports import free_port
from support.servers.doors import all_ok, problems
from support.servers.valkey import running_redis, running_valkey
from vecgate.doctor import Finding
from vecgate.doctor.checks import state
from vecgate.doctor.finding import Level
from vecgate.settings.state import State

PASSWORD = "pw-of-a-test"


async def check(url: str, **more: int | Path) -> list[Finding]:
    return await state.check(State.model_validate({"url": url, **more}))


async def test_one_that_is_away_is_a_problem(tmp_path: Path) -> None:
    (said,) = problems(await check(f"unix://{tmp_path}/none"))
    assert "does not answer" in said


async def test_an_option_that_nobody_knows_is_a_problem_and_is_not_shown() -> None:
    said = problems(await check("redis://127.0.0.1:1?hunter2=1"))[-1]
    assert "state.url: what follows its '?' is not known." in said
    assert "hunter2" not in said


async def test_one_that_keeps_everything_is_in_order() -> None:
    with running_valkey() as valkey:
        assert all_ok(await check(valkey.url))


@pytest.mark.parametrize("options", [{}, {"sync": False}], ids=["waits", "does not wait"])
async def test_one_that_writes_its_file_each_second_is_told_to_be_slow_where_that_is_waited_for(
    options: dict[str, bool],
) -> None:
    with running_valkey("--appendfsync", "everysec") as valkey:
        found = await check(valkey.url, **options)
        said = [one.found for one in found if one.level is Level.WARNING]
        assert said == ([] if options else ["A yes waits up to a second for its disk, and so does its spending."])
        valkey.say("ACL", "SETUSER", "default", "-config")
        assert all_ok(await check(valkey.url, **options)), "it is no duty to tell"
        valkey.say("ACL", "SETUSER", "default", "+config")
        valkey.say("CONFIG", "SET", "appendfsync", "no")
        said = [one.found for one in await check(valkey.url, **options) if one.level is Level.PROBLEM]
        assert said == ([] if options else ["It leaves it to its system when its disk writes (appendfsync no)."])


async def test_one_of_a_cluster_is_a_problem() -> None:
    with running_valkey("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf") as valkey:
        found = await check(valkey.url)
        assert [one.found for one in found if one.level is Level.PROBLEM] == [
            "It is one of a cluster, where what belongs together lies on several servers."
        ]


async def test_one_that_hangs_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_SECONDS", 0.6)
    with running_valkey() as valkey:
        valkey.pause()
        (said,) = problems(await check(valkey.url))
    assert "does not answer" in said


async def test_one_that_forgets_is_a_problem() -> None:
    with running_valkey("--appendonly", "no", "--maxmemory-policy", "allkeys-lru") as valkey:
        off, evicts = problems(await check(valkey.url))
    assert "appendonly is off" in off
    assert "maxmemory-policy allkeys-lru" in evicts


async def test_one_that_cannot_wait_for_its_disk_is_a_problem() -> None:
    with running_redis("--appendonly", "yes") as old:
        (said,) = problems(await check(old.url))
        assert "does not know WAITAOF" in said
        assert all_ok(await check(old.url, sync=False))


async def test_a_socket_that_everyone_can_write_to_is_a_problem() -> None:
    with running_valkey() as valkey:
        valkey.folder.chmod(0o755)
        valkey.socket.chmod(0o777)
        (said,) = problems(await check(valkey.url))
        assert "without a password" in said
        valkey.socket.chmod(0o770)
        assert all_ok(await check(valkey.url))


async def test_replicas_that_are_not_there_are_a_problem() -> None:
    with running_valkey() as valkey:
        (said,) = problems(await check(valkey.url, replicas=1))
    assert "state.replicas asks for 1" in said


async def test_a_replica_in_the_place_of_a_primary_is_a_problem() -> None:
    with running_valkey("--replicaof", "127.0.0.1 1") as valkey:
        (said,) = problems(await check(valkey.url))
    assert "takes no writes" in said


async def test_users_and_passwords(tmp_path: Path) -> None:
    port = free_port()
    with running_valkey("--port", str(port), "--bind", "127.0.0.1") as valkey:
        client = Redis.from_url(valkey.url)
        await client.acl_setuser("keeper", enabled=True, passwords=[f"+{PASSWORD}"], keys=["*"], categories=["+@all"])
        await client.acl_setuser("mute", enabled=True, passwords=[f"+{PASSWORD}"], commands=["+ping"])
        await client.aclose()
        (said,) = problems(await check(f"redis://127.0.0.1:{port}"))
        assert "without a password" in said
        assert all_ok(await check(f"redis://keeper:{PASSWORD}@127.0.0.1:{port}"))
        assert any("does not tell" in w for w in problems(await check(f"redis://mute:{PASSWORD}@127.0.0.1:{port}")))
        found = await check(f"redis://keeper:wrong-{PASSWORD}@127.0.0.1:{port}")
        assert any("refuses the gateway's login" in said for said in problems(found))
        assert PASSWORD not in str(found)
        (file := tmp_path / "password").write_text(f"{PASSWORD}\n")
        file.chmod(0o600)
        found = await check(f"redis://keeper@127.0.0.1:{port}", password_file=file)
        assert all_ok(found)
        assert str(file) in str(found)
        (said,) = problems(await check(f"redis://keeper@127.0.0.1:{port}", password_file=tmp_path / "none"))
        assert "cannot be used" in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("unix:///run/v.sock", "/run/v.sock"),
        (f"redis://user:{PASSWORD}@10.0.0.1:7000/2", "10.0.0.1:7000"),
        ("rediss://state", "state:6379"),
    ],
)
def test_its_place_is_told_without_the_password(url: str, shown: str) -> None:
    assert state.place(urlsplit(url)) == shown


@pytest.mark.parametrize(
    ("url", "count"),
    [
        (f"redis://:{PASSWORD}@127.0.0.1", 0),
        (f"redis://:{PASSWORD}@localhost", 0),
        (f"redis://:{PASSWORD}@10.0.0.1", 1),
        ("redis://state.internal", 2),
        ("rediss://state.internal?ssl_certfile=/c&ssl_keyfile=/k", 0),
        (f"rediss://:{PASSWORD}@state.internal", 0),
    ],
)
def test_over_the_network_it_takes_a_password_and_tls(url: str, count: int) -> None:
    assert len(problems(state._door(urlsplit(url), has_login=state._has_login(State(url=url), urlsplit(url))))) == count
