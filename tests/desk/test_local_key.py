"""One header, with the key as clients write it; two, another word, or a part of it are none."""

import base64

import pytest

from vecgate.desk.local_key import has

KEY = "vecgate-exec.word.local"


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "is_there"),
    [
        ([("Authorization", f"Bearer {KEY}")], True), ([("authorization", KEY)], True), ([("Api-Key", f" {KEY} ")], True),
        ([("authorization", f"Basic {packed(f'u:{KEY}')}")], True), ([("authorization", packed(KEY))], True),
        ([("authorization", f"Bearer root:{KEY}")], True), ([("api-key", KEY), ("x-other", "x")], True),
        ([], False), ([("cookie", KEY)], False), ([("api-key", KEY), ("authorization", KEY)], False),
        ([("authorization", f"Bearer {KEY[:-1]}")], False), ([("authorization", f"Digest {KEY}")], False),
        ([("authorization", packed(packed(KEY)))], False), ([("authorization", "Basic =")], False), ([("api-key", "\u00e9")], False),
    ],
)  # fmt: skip
def test_the_key_is_there_once_or_it_is_not(headers: list[tuple[str, str]], is_there: bool) -> None:
    assert has(KEY, headers) is is_there
