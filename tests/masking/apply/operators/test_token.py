"""A token opens to exactly what it was made of, under its own key and entity, and is the same each time."""

import pytest

from vecgate.masking.apply.operators.token import TOKEN, build, opened

KEY = b"k" * 32
OTHER = b"o" * 32
VALUES = ["", "x", "anna@example.com", "李伟", "line\nline", "<EMAIL#x>", "a" * 10_000, "half \ud800"]


@pytest.mark.parametrize("value", VALUES)
def test_it_opens_to_the_very_same_text(value: str) -> None:
    token = build({}, KEY)(value, "PERSON")
    assert isinstance(token, str)
    assert TOKEN.fullmatch(token)
    assert opened(token, KEY) == value
    assert token == build({}, KEY)(value, "PERSON")


def test_other_values_entities_and_keys_have_other_tokens() -> None:
    made = [build({}, key)(value, entity) for key in (KEY, OTHER) for value in ("a", "b") for entity in ("ID", "IP")]
    inner = {str(token).partition("#")[2] for token in made}
    assert len(inner) == len(made)


def test_it_tells_only_its_entity_and_its_length() -> None:
    token = str(build({}, KEY)("anna@example.com", "EMAIL"))
    assert token.startswith("<EMAIL#")
    assert "anna" not in token
    assert len(token) == len(str(build({}, KEY)("ben2@example.com", "EMAIL")))


def test_a_field_counts_as_what_it_is_said_to_be() -> None:
    assert build({"as": "EMAIL"}, KEY)("a@b.org", "FIELD") == build({}, KEY)("a@b.org", "EMAIL")


GOOD = str(build({}, KEY)("anna@example.com", "EMAIL"))
BAD = [
    # not a token
    "",
    "anna",
    "<EMAIL>",
    "<EMAIL#>",
    "<EMAIL#short>",
    f" {GOOD}",
    GOOD.replace("EMAIL", "email"),
    # not made here
    GOOD.replace("EMAIL", "PERSON"),
    f"{GOOD[:-3]}{'A' if GOOD[-3] != 'A' else 'B'}{GOOD[-2:]}",
    f"{GOOD[:-5]}>",
    "<EMAIL#" + "A" * 22 + ">",
    "<EMAIL#" + "A" * 25 + ">",
]


@pytest.mark.parametrize("token", BAD)
def test_anything_else_does_not_open(token: str) -> None:
    with pytest.raises(ValueError, match=r"token") as e:
        opened(token, KEY)
    assert "anna" not in str(e.value)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(ValueError, match="not made here"):
        opened(GOOD, OTHER)


def test_tokens_are_found_in_a_text() -> None:
    assert [found[0] for found in TOKEN.finditer(f"{GOOD}, <PERSON> and {GOOD}{GOOD}.")] == [GOOD] * 3
