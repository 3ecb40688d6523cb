"""What lies in a shared store tells nothing, and what was changed there is not believed."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.pool.sealed import LARGEST, Seal

KEY, DIGEST = bytes(range(32)), b"d" * 16
FOUND = (Finding(0, 10, "PERSON", "model"), Finding(12, 30, "EMAIL", "pattern:email"), Finding(4, 9, "PERSON", "model"))


@pytest.mark.parametrize("found", [(), FOUND[:1], FOUND, (Finding(0, 40, "UNSERVED", "language:xx"),)])
def test_what_was_sealed_comes_back_as_it_was(found: tuple[Finding, ...]) -> None:
    sealed = Seal(KEY).shut(DIGEST, found)
    assert sealed is not None
    opened = Seal(KEY).open(DIGEST, sealed, 40)
    assert opened == found
    assert [f.source for f in opened] == [f.source for f in found]


def test_nothing_of_it_can_be_read() -> None:
    sealed = Seal(KEY).shut(DIGEST, FOUND)
    assert sealed is not None
    assert not [
        word
        for word in (b"PERSON", b"EMAIL", b"model", b"pattern", b"[", b'"')
        if word * 2 in sealed or (len(word) > 1 and word in sealed)
    ]


def test_lengths_come_in_steps() -> None:
    """Else they would tell how many findings there are, and where."""
    lengths = {len(Seal(KEY).shut(DIGEST, FOUND[:n]) or b"") for n in range(4)}
    assert {length % 16 for length in lengths} == {0}


def test_every_change_of_a_bit_is_a_miss() -> None:
    seal = Seal(KEY)
    sealed = seal.shut(DIGEST, FOUND)
    assert sealed is not None
    for bit in range(len(sealed) * 8):
        forged = bytearray(sealed)
        forged[bit // 8] ^= 1 << bit % 8
        assert seal.open(DIGEST, bytes(forged), 40) is None


def test_what_belongs_to_another_text_key_or_length_is_a_miss() -> None:
    seal = Seal(KEY)
    nothing, found = seal.shut(b"e" * 16, ()), seal.shut(DIGEST, FOUND)
    assert nothing is not None
    assert found is not None
    assert seal.open(DIGEST, nothing, 40) is None  # else a name could be unmasked by "nothing found elsewhere"
    assert Seal(b"another key of 32 bytes or so...").open(DIGEST, found, 40) is None
    assert seal.open(DIGEST, found, 29) is None
    for rubbish in (b"", b"x", found[:-1], found + b"x", b"[]", bytes(32)):
        assert seal.open(DIGEST, rubbish, 40) is None


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"[[]]x", b"[[],1]", b'[["A"],0,1,0]', b'[["A","b"],0,1,7]', b'[["A","b"],0,"x",0]', b"[[1,2],0,1,0]"])  # fmt: skip
def test_what_is_sealed_well_and_makes_no_sense_is_a_miss(body: bytes) -> None:
    seal = Seal(KEY)
    sealed = seal._cipher.encrypt(DIGEST[:12], body, b"vecgate spans 1" + DIGEST)
    assert seal.open(DIGEST, sealed, 40) is None


def test_what_is_too_large_is_not_shared() -> None:
    assert Seal(KEY).shut(DIGEST, [Finding(i, i + 1, "PERSON") for i in range(LARGEST // 4)]) is None


def test_a_short_key_is_none() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Seal(b"short")
