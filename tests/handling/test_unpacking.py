"""A compressed body is read as what it was before it was packed, within the bound, or refused."""

import gzip

import pytest

from support.fakes.gates import SETTINGS, FakeGate
from vecgate.domain.exchange import Raw
from vecgate.handling.unpacking import unpacked
from vecgate.refusals.errors import CallRefused

JSON = ("content-type", "application/json")


def packed(coding: str, body: bytes) -> Raw:
    return Raw("POST", "/x", (("content-encoding", coding), ("content-length", str(len(body))), JSON), body)


async def test_what_is_not_packed_stays_as_it_is() -> None:
    raw = Raw("POST", "/x", (JSON,), b"{}")
    assert await unpacked(FakeGate(), raw) is raw  # type: ignore[arg-type]


async def test_a_compressed_body_is_read_as_what_it_was() -> None:
    found = await unpacked(FakeGate(), packed("gzip", gzip.compress(b"{}", mtime=0)))  # type: ignore[arg-type]
    assert (found.body, found.headers) == (b"{}", (JSON,))


@pytest.mark.parametrize(
    ("coding", "body", "code"),
    [
        ("gzip", gzip.compress(bytes(SETTINGS.limits.request_body + 1), mtime=0), "body.too_large"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-1], "body.unreadable"),
        ("x-gzip", gzip.compress(b"{}", mtime=0), "body.unreadable"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "body.unreadable"),
    ],
)
async def test_what_cannot_be_unpacked_within_the_bound_is_refused(coding: str, body: bytes, code: str) -> None:
    with pytest.raises(CallRefused) as raised:
        await unpacked(FakeGate(), packed(coding, body))  # type: ignore[arg-type]
    assert raised.value.refusal.code == code
