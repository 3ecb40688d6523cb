"""What may be asked about recordings, and what cannot be read. The rest goes through the path."""

import pytest

from support.fakes.approvals import ALICE
from vecgate.api.own import Asked, Parts
from vecgate.api.recorded import Calls, Recorded, Replay
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused

PARTS = Parts(None, None, (), None, None, None, None, None)  # type: ignore[arg-type]
ID = "20261123T141500-alice-8f3a"


def asked(body: bytes) -> Asked:
    return Asked(ALICE, Raw("POST", "/x", (), body), None)  # type: ignore[arg-type]


def code(kind: type[Recorded], body: bytes) -> str:
    try:
        made = kind(PARTS, asked(body))
        made._wanted()
        made._from()
    except CallRefused as e:
        return e.refusal.code
    return ""


@pytest.mark.parametrize(
    ("kind", "body", "refused"),
    [
        (Recorded, b"", ""),
        (Recorded, b"{}", ""),
        (Recorded, b'{"user":"ann","since":"2026-11-23","until":"2026-11-23T14:15+01:00"}', ""),
        (Recorded, b"[]", "body.unreadable"),
        (Recorded, b'{"collection":"x"}', "body.unreadable"),
        (Recorded, b'{"since":"yesterday"}', "body.unreadable"),
        (Recorded, b'{"until":"9999-12-31T23:59:59-23:59"}', "body.unreadable"),
        (Recorded, b'{"user":7}', "body.unreadable"),
        (Recorded, b'{"user":"a\\nb"}', "body.unreadable"),
        (Calls, b'{"collection":"x","operation":"search","refused":true}', ""),
        (Calls, b'{"refused":"yes"}', "body.unreadable"),
        (Calls, b'{"from":"x"}', "body.unreadable"),
        (Replay, b'{"session":"%s"}' % ID.encode(), ""),
        (Replay, b'{"session":"%s","from":"%s:2:77"}' % (ID.encode(), ID.encode()), ""),
        (Replay, b'{"session":"%s","from":"20261123T141500-bob-8f3a:1:0"}' % ID.encode(), "body.unreadable"),
        (Replay, b"{}", "sessions.unknown"),
        (Replay, b'{"session":"../../etc/passwd"}', "sessions.unknown"),
        (Replay, b'{"session":"heads"}', "sessions.unknown"),
        (Replay, b'{"session":"%s:1:0"}' % ID.encode(), "sessions.unknown"),
    ],
)
def test_what_can_be_asked(kind: type[Recorded], body: bytes, refused: str) -> None:
    assert code(kind, body) == refused


def test_times_are_as_journals_write_them() -> None:
    wanted = Recorded(PARTS, asked(b'{"since":"2026-11-23T15:15+01:00","until":"2026-11-24"}'))._wanted()
    assert (wanted.since, wanted.until) == ("2026-11-23T14:15:00.000Z", "2026-11-24T00:00:00.000Z")


def test_what_it_is_about_stands_in_the_record() -> None:
    assert Replay(PARTS, asked(b'{"session":"%s"}' % ID.encode())).about == f"session {ID}"
