"""Is an index where its server says, and told to callers as the gateway's own place for it?"""

import asyncio
import json
from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.pinecone.indexes import Hosts, Indexes, only, shown, thing
from vecgate.domain.call import Answer, Call
from vecgate.refusals.errors import CallRefused, MaskFailed

HOSTS = Hosts((".pinecone.io", "index.test"))
GOOD = "people-a1b2c3d.svc.aped-0000-0000.pinecone.io"


@every(
    ("said", "origin"),
    [
        (GOOD, f"https://{GOOD}"),
        (f"https://{GOOD}", f"https://{GOOD}"),
        (f"https://{GOOD}/", f"https://{GOOD}"),
        ("INDEX.test:5081", "https://index.test:5081"),
    ],
)
def test_a_host_is_brought_to_one_form(said: str, origin: str) -> None:
    """N-04"""
    assert HOSTS.origin(said) == origin


@every(
    "said",
    [
        None, "", 7, "evil.test", "pinecone.io", ".pinecone.io", "xpinecone.io", "http://a.pinecone.io", "a.pinecone.io.evil.test",
        "https://a.pinecone.io/x", "https://evil.test#.pinecone.io", "https://evil.test/.pinecone.io", "evil.test?.pinecone.io",
        "https://u@a.pinecone.io", "https://u:p@evil.test", "evil.test\\.pinecone.io", "https://a.pinecone.io@evil.test", "a.pinecone.io:x",
        "sub.index.test",
    ],
)  # fmt: skip
def test_any_other_host_is_none(said: Any) -> None:
    """N-04"""
    with pytest.raises(ValueError, match=r"host|[Pp]ort"):
        HOSTS.origin(said)


def test_answers_name_the_gateway_in_the_place_of_every_host() -> None:
    """N-01, N-05"""
    one = {"name": "people", "host": GOOD, "private_host": f"https://{GOOD}", "status": {"ready": True}}
    told = shown({"indexes": [one]}, "https://gw.test:8443", HOSTS)
    place = "https://gw.test:8443/idx/people"
    assert told == {"indexes": [{**one, "host": place, "private_host": place}]}
    assert shown(one, "https://gw.test", HOSTS)["host"] == "https://gw.test/idx/people"  # type: ignore[index, call-overload]
    assert shown({"status": 404, "error": {}}, "https://gw.test", HOSTS) == {"status": 404, "error": {}}


@every("wrong", [{"host": "evil.test"}, {"private_host": "evil.test", "host": GOOD}, {"name": "../x"}, {"name": 7}])
def test_an_answer_that_names_another_host_does_not_leave(wrong: Any) -> None:
    """N-05"""
    with pytest.raises(MaskFailed):
        shown({"name": "people", "host": GOOD, **wrong}, "https://gw.test", HOSTS)


class Server:
    """Indexes by name, with hosts; counts what it is asked."""

    def __init__(self, **hosts: Any) -> None:
        self.hosts, self.asked = hosts, 0

    async def ask(self, call: Call) -> Answer:
        self.asked += 1
        if call.path == "/indexes":
            return Answer(
                200, body=json.dumps({"indexes": [{"name": n, "host": h} for n, h in self.hosts.items()]}).encode()
            )
        name = call.path.rpartition("/")[2]
        if name not in self.hosts:
            return Answer(404)
        return Answer(200, body=json.dumps({"name": name, "host": self.hosts[name], "dimension": 4}).encode())


async def nothing() -> None:
    pass


def test_the_server_is_asked_once_in_a_while_and_always_anew_for_what_changes() -> None:
    clock = [0.0]
    server, indexes = Server(people=GOOD, odd="evil.test"), Indexes(lambda: clock[0], 10.0)

    def known(name: str, anew: bool = False) -> bool:
        return asyncio.run(indexes.known(server.ask, HOSTS, name, nothing, anew=anew))

    assert known("people")
    assert known("people")
    assert server.asked == 1
    assert known("people", anew=True)
    assert server.asked == 2
    clock[0] = 11
    assert known("people")
    assert server.asked == 3
    assert indexes.origin("people") == f"https://{GOOD}"
    indexes.forget()
    assert known("people")
    assert server.asked == 4
    assert not known("odd")
    assert not known("gone")
    for name in ("odd", "gone"):
        with pytest.raises(CallRefused, match=r"collection\.unknown"):
            indexes.origin(name)


def test_a_call_without_an_index_means_the_only_one() -> None:
    assert asyncio.run(only(Server(people=GOOD).ask)) == "people"
    for server in (Server(), Server(a=GOOD, b=GOOD)):
        with pytest.raises(CallRefused, match=r"route\.refused.*/idx/NAME"):
            asyncio.run(only(server.ask))


def test_another_index_of_the_same_name_is_another_thing() -> None:
    first, second = (
        asyncio.run(thing(Server(people=GOOD).ask, "people")),
        asyncio.run(thing(Server(people="x." + GOOD).ask, "people")),
    )
    assert first.startswith("people#")
    assert first != second
    assert asyncio.run(thing(Server().ask, "people")) == ""
