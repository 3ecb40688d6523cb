"""One question over HTTP or gRPC, in TLS or in the clear, and nothing where nobody answers it."""

import ssl
from pathlib import Path

from doctor.answering import Answer, answering
from support.servers import doors
from vecgate.dialects.base.doors import Knock
from vecgate.doctor import knocking
from vecgate.doctor.knocking import Spot
from vecgate.domain.call import Call
from vecgate.domain.lease import Headers

HTTP = Knock("x", Call("GET", "/a/b", (("q", "1 2"),), (("x-mine", "1"),)), lambda _: None, "", "")
GRPC = Knock("x", Call("POST", "/S/M", headers=(("x-mine", "1"),)), lambda _: None, "", "", over="grpc")
SERVED = answering(
    {"GET /a/b": Answer(200, b'{"a": [1]}', {"X-Told": "yes"}, {"x-mine": "1"})},
    {"/S/M": Answer(0, b"\0\0\0\0\0", when={"x-mine": "1"})},
)


def at(port: int, clear: bool = False) -> Spot:
    return Spot("127.0.0.1", port, "localhost", clear=clear)


async def test_how_it_speaks_is_found_out_first(tmp_path: Path) -> None:
    for serve, context, clear in (
        (SERVED, None, True), (doors.closing, None, True), (SERVED, doors.open_context(tmp_path), False),
        (SERVED, doors.guarded_context(tmp_path), False), (SERVED, doors.guarded_context(tmp_path, ssl.TLSVersion.TLSv1_2), False),
    ):  # fmt: skip
        async with doors.listening(serve, context) as port:
            assert await knocking.found(at(port)) == at(port, clear), (serve, context)
    assert await knocking.found(at(port)) is None


async def test_it_is_asked_in_the_clear_and_over_tls_whoever_has_signed_for_it(tmp_path: Path) -> None:
    for context in (None, doors.open_context(tmp_path)):
        async with doors.listening(SERVED, context) as port:
            said = await knocking.asked(at(port, context is None), HTTP)
    assert said is not None
    assert (said.status, said.headers["x-told"], said.at("a", 0), said.at("b")) == (200, "yes", 1, None)


async def test_a_call_of_grpc_is_told_by_its_status_and_message(tmp_path: Path) -> None:
    context = doors.open_context(tmp_path)
    context.set_alpn_protocols(["h2"])
    for one in (None, context):
        async with doors.listening(SERVED, one) as port:
            said = await knocking.asked(at(port, one is None), GRPC)
            other = await knocking.asked(
                at(port, one is None), Knock("x", Call("POST", "/S/Other"), lambda _: None, "", "", over="grpc")
            )
            assert said is not None
            assert other is not None
            assert (said.status, said.body, other.status) == (0, bytes(5), 12)


async def test_what_answers_nothing_or_asks_for_a_certificate_says_nothing(tmp_path: Path) -> None:
    for knock in (HTTP, GRPC):
        for serve, context in ((doors.closing, None), (SERVED, doors.guarded_context(tmp_path))):
            async with doors.listening(serve, context) as port:
                assert await knocking.asked(at(port, context is None), knock) is None
        assert await knocking.asked(at(port), knock) is None


async def test_who_does_not_answer_is_not_waited_for() -> None:
    async with doors.listening(doors.mute) as port:
        place = Spot("127.0.0.1", port, "localhost", seconds=0.2)
        there = await knocking.found(place)
        assert there is not None
        assert await knocking.asked(there, HTTP) is None


async def test_keys_go_over_the_tls_that_is_given_and_no_other(tmp_path: Path) -> None:
    async with doors.listening(SERVED) as port:
        place = Spot(
            "127.0.0.1", port, "localhost", ssl.create_default_context(), Headers((("authorization", "Bearer secret"),))
        )
        assert await knocking.asked(place, HTTP) is None, "a key would have gone in the clear"
        assert "secret" not in repr(place)
