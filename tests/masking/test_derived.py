"""Keys of other words, or under another key, are other keys; and each is what the standard says."""

import hashlib
import hmac

import pytest

from vecgate.masking.derived import KEY_BYTES, derived

KEY = b"k" * KEY_BYTES


@pytest.mark.parametrize(
    ("one", "other"),
    [((KEY, "a"), (b"o" * 32, "a")), ((KEY, "a", "b"), (KEY, "ab")), ((KEY, "a", ""), (KEY, "a")), ((KEY,), (KEY, ""))],
)
def test_other_words_or_another_key_give_another_key(one: tuple[bytes, str], other: tuple[bytes, str]) -> None:
    assert derived(*one) != derived(*other)


def test_it_is_hkdf_expand_of_the_words_each_with_its_length() -> None:
    info = b"\0\0\0\x07vecgate\0\0\0\x04hash\0\0\0\x02ID"
    assert derived(KEY, "hash", "ID") == hmac.digest(KEY, info + b"\x01", hashlib.sha256)  # RFC 5869 section 2.3
