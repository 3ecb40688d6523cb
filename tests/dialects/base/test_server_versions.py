"""Which versions of servers pass, how often they are asked, and what is said of those that were not tested."""

import asyncio
import json
import logging

import pytest

from support.fakes.clock import Clock
from vecgate.dialects.base import versions
from vecgate.dialects.base.server_versions import FRESH_SECONDS, Versions
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import CallRefused, Part, SettingsError, Unavailable

TESTED = versions.Tested(("1.19", "2.0"), Call("GET", "/"), ("version",))


class Server:
    """Tells a version, or is away."""

    def __init__(self, version: str | None = "1.19.0") -> None:
        self.version, self.asked, self.now = version, 0, Clock(100.0)

    async def ask(self, call: Call) -> Answer:
        self.asked += 1
        await asyncio.sleep(0)
        if self.version is None:
            raise Unavailable(Part.UPSTREAM, "away")
        return Answer(200, body=json.dumps({"version": self.version}).encode())

    def seen_by(self, *strict: str) -> Versions:
        return Versions({"db": TESTED}, frozenset(strict), lambda _name: self.ask, self.now)


async def test_one_that_was_tested_passes_and_is_asked_once_in_a_while() -> None:
    server = Server()
    seen = server.seen_by("db")
    await asyncio.gather(*(seen.check("db") for _ in range(5)))
    assert server.asked == 1
    server.version = "1.20.1"
    await seen.check("db")
    server.now.at += FRESH_SECONDS
    with pytest.raises(CallRefused, match=r"upstream\.untested.*db is of version 1\.20\.1.*1\.19 and 2\.0"):
        await seen.check("db")


async def test_nothing_passes_while_it_cannot_be_asked_or_tells_no_version() -> None:
    with pytest.raises(Unavailable):
        await Server(None).seen_by("db").check("db")
    with pytest.raises(CallRefused, match="of a version that it does not tell"):
        await Server("<html>").seen_by("db").check("db")


async def test_where_any_may_be_nobody_is_asked_for_a_call_and_the_log_tells_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = Server("1.18.3")
    seen = server.seen_by()
    await seen.check("db")
    assert server.asked == 0
    with caplog.at_level(logging.INFO):
        await seen.look("db")
        await seen.look("db")
    assert [one.getMessage() for one in caplog.records] == [
        "db: its server is of version 1.18.3; this gateway was tested with 1.19 and 2.0"
    ]
    assert caplog.records[0].levelno == logging.WARNING


async def test_one_that_is_away_is_no_news_here(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await Server(None).seen_by().look("db")
    assert caplog.records == []


async def test_what_cannot_be_asked_cannot_be_demanded() -> None:
    silent = {"db": versions.Tested(("2.3",), unasked="it tells nobody")}
    with pytest.raises(SettingsError, match=r"upstreams\.db\.versions: it tells nobody"):
        Versions(silent, frozenset({"db"}), lambda _name: Server().ask, Clock(0.0))
    await Versions(silent, frozenset(), lambda _name: Server().ask, Clock(0.0)).look("db")
