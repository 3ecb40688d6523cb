"""Identifiers that a machine drew hold nothing personal; what stands beside them, or is proved, stays."""

import base64
import random
import string
import uuid
from collections.abc import Callable

import pytest

from support.tools.every import every
from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.identifiers import is_noise, is_random, unpacked_by_chance, without_chance
from vecgate.masking.detect.texts import Text

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE62 = string.digits + string.ascii_letters
_NANOID = "_-" + string.ascii_letters + string.digits


def _uuid(pick: random.Random) -> str:
    return str(uuid.UUID(int=pick.getrandbits(128), version=pick.choice((1, 3, 4, 5))))


MADE: dict[str, Callable[[random.Random], str]] = {
    "uuid": _uuid,
    "uuid of no version": lambda pick: str(uuid.UUID(int=pick.getrandbits(128))),
    "ulid": lambda pick: "01" + "".join(pick.choices(_CROCKFORD, k=24)),
    "nanoid": lambda pick: "".join(pick.choices(_NANOID, k=21)),
    "snowflake": lambda pick: str((pick.randrange(3 * 10**10, 4 * 10**11) << 22) | pick.getrandbits(22)),
    "digest": lambda pick: f"{pick.getrandbits(160):040x}",
    "object id": lambda pick: f"{pick.getrandbits(96):024x}",
    "hexadecimal": lambda pick: f"see {pick.getrandbits(64):016x}, please",
    "ksuid": lambda pick: "1" + "".join(pick.choices(_BASE62, k=26)),
    "cuid": lambda pick: "c" + "".join(pick.choices(_BASE62.lower(), k=24)),
    "base64": lambda pick: base64.b64encode(pick.randbytes(16)).decode(),
    "resource": lambda pick: f"arn:aws:s3:::bucket/{_uuid(pick)}",
    "dated": lambda pick: f"INV-202405{pick.randint(10, 28)}-{pick.randint(0, 9999):04}",
    "under a key": lambda pick: f'{{"product_id": {pick.randrange(2 * 10**9, 10**10)}}}',
    "of a card's length": lambda pick: f'"messageId": {pick.randrange(4 * 10**15, 5 * 10**15)}',
    "of a record": lambda pick: f"record_id: {pick.randrange(10**7, 10**8)}",
    "of goods": lambda pick: f"EAN {pick.randrange(4 * 10**12, 5 * 10**12)}",
    "behind a word": lambda pick: f"item {pick.randrange(2 * 10**9, 10**10)} in stock",
}


@pytest.mark.parametrize("many", [75, pytest.param(300, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", MADE)
def test_what_a_machine_drew_is_not_personal(detector: Detector, kind: str, many: int) -> None:
    pick = random.Random(kind)
    texts = [MADE[kind](pick) for _ in range(many)]
    wanted = set(ENTITIES) - ON_REQUEST
    found = detector.analyse([Text(text) for text in texts])
    masked = [text for text, one in zip(texts, found, strict=True) if merge(text, one, wanted)]
    assert len(masked) <= 1, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("81269221-5728-4414-8ea1-05480c78d1f3 card 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("id 01ARZ3NDEKTSV4RRFFQ69G5FAV, call 312-555-0143", "312-555-0143"),
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("4012888888881881", "4012888888881881"),
        ("card_id: 4012888888881881", "4012888888881881"),
        ("wallet 0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE7"),
        ("passport no. X12345678A", "X12345678A"),
    ],
)
def test_what_is_personal_beside_or_proved_stays(detector: Detector, text: str, expected: str) -> None:
    found = merge(text, detector.analyse([Text(text)])[0], set(ENTITIES) - ON_REQUEST)
    assert [text[f.start : f.end] for f in found] == [expected]


@pytest.mark.parametrize(
    ("token", "random_"),
    [
        ("Anna-Kowalska_1234", False),
        ("internationalisation", False),
        ("getUserNameById", False),
        ("V1StGXR8_Z5jdHi6B-myT", True),
        ("5f2b9c0e8d7a", True),
        ("202405170001", True),
        ("cus_9s6XKzkNRiz8i3", True),
    ],
)
def test_is_random(token: str, random_: bool) -> None:
    assert is_random(token) is random_


def test_only_findings_inside_are_dropped() -> None:
    text = "see 81269221-5728-4414-8ea1-05480c78d1f3 now"
    inside, beside = Finding(13, 30, "CREDIT_CARD", "x"), Finding(0, 3, "PERSON", "x")
    assert list(without_chance(text, [inside, beside])) == [beside]


def test_what_a_uuid_unpacks_to_is_chance() -> None:
    text = "see 81269221-5728-4414-8ea1-05480c78d1f3 and QW5uYSBLb3dhbHNrYQ=="
    inside, beside = Finding(28, 40, "PERSON", "base64, model"), Finding(45, 65, "PERSON", "base64, model")
    assert list(unpacked_by_chance(text, [inside, beside])) == [beside]


@every(
    ("token", "noise"),
    [
        ("lijdzx4zpdya", True),
        ("pmoxjdhkxqpu", True),
        ("JPXHKPSKKYJZP", True),
        ("DKTyjPEWdLQ", True),
        ("fcef6ce", True),
        ("XFDZ-QKQD-DV20-RFJR", True),
        ("Iib+5eP47R8t1vrwAN+oEQ==", True),
        ("bexlyeqlkxxs", True),
        ("anssxbfiezzp", True),
        ("kpaixyxbua2j", True),
        ("VRYA-BQPC-DFAG-SXNN", True),
        ("soderqvist", False),
        ("dorotapietrak84", False),
        ("alexzander", False),
        ("Rosalind_quickwater", False),
        ("mschmidt84", False),
        ("Krzysztof", False),
        ("Goldschmidt", False),
        ("McDonald", False),
        ("Papadopoulos", False),
        ("home/AnnaKowalska/Documents2021", False),
    ],
)
def test_is_noise(token: str, noise: bool) -> None:
    assert is_noise(token) is noise
