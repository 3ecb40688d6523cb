"""Which header is the token? One, in one place; everything else is none, two, or broken."""

from base64 import b64encode

import pytest

from support.tools.every import every
from vecgate.domain.principal import Secret
from vecgate.identity.bearer import CREDENTIAL_HEADERS, is_credential, read
from vecgate.refusals.errors import TokenInvalid

#: What the databases of a gateway bring.
BROUGHT = frozenset({"x-chroma-token"})
TOKEN = "eyJh.eyJp.c2ln"


def basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


ONE = [
    # where the standard puts it
    ("authorization", f"Bearer {TOKEN}"),
    ("authorization", f"bearer {TOKEN}"),
    ("authorization", f"Bearer   {TOKEN}"),
    ("Authorization", f"Bearer {TOKEN}"),
    # where SDKs put the database's own key
    ("x-chroma-token", TOKEN),
    ("x-chroma-token", f"Bearer {TOKEN}"),
    ("api-key", TOKEN),
    ("x-api-key", TOKEN),
    ("apikey", TOKEN),
    ("api-key", f" {TOKEN}\t"),
    # where a client knows nothing but a user and a password
    ("authorization", basic("alice", TOKEN)),
    ("authorization", basic("", TOKEN)),
    ("Authorization", basic("somebody else", TOKEN).replace("Basic", "basic")),
    ("Authorization", f"Bearer root:{TOKEN}"),
]

NONE = [
    # nothing at all
    [],
    # another scheme is not ours
    [("authorization", 'Digest username="alice"')],
    # a secret, but no place for our token
    [("cookie", f"session={TOKEN}")],
    [("proxy-authorization", f"Bearer {TOKEN}")],
    [("x-vault-token", TOKEN)],
    [("x-openai-api-key", "sk-1"), ("cookie", "a=b")],
]

TWO = [
    # a repeated header
    [("authorization", f"Bearer {TOKEN}"), ("authorization", f"Bearer {TOKEN}")],
    [("api-key", TOKEN), ("API-Key", TOKEN)],
    # two headers, equal or not
    [("authorization", f"Bearer {TOKEN}"), ("x-chroma-token", TOKEN)],
    [("authorization", f"Bearer {TOKEN}"), ("api-key", "other")],
    [("authorization", "Basic YWxpY2U6cHc="), ("x-chroma-token", TOKEN)],
]

BROKEN = [
    # a password that is none of ours
    ("authorization", basic("alice", "pw")),
    ("authorization", basic("alice", "")),
    ("authorization", basic("alice", f"{TOKEN} x")),
    ("authorization", basic("alice", f"{TOKEN}\n")),
    ("authorization", basic(TOKEN, "")),
    ("authorization", "Basic ****"),
    ("authorization", "Bearer root:Milvus"),
    ("authorization", f"root:{TOKEN}"),
    ("authorization", f"Bearer root:x:{TOKEN}"),
    ("authorization", "Basic YWxpY2U"),
    ("authorization", f"Basic {TOKEN}"),
    # nothing where a token should be
    ("authorization", ""),
    ("authorization", "Bearer"),
    ("authorization", "Bearer "),
    ("x-chroma-token", ""),
    ("x-chroma-token", "Bearer"),
    ("api-key", "   "),
    # no scheme
    ("authorization", TOKEN),
    # more than a token
    ("authorization", f"Bearer {TOKEN} x"),
    ("authorization", f"Bearer {TOKEN}, Bearer {TOKEN}"),
    ("authorization", f"Bearer {TOKEN}\nx: y"),
    ("authorization", f"Bearer\t{TOKEN}"),
    ("api-key", f"{TOKEN} {TOKEN}"),
    ("api-key", f'"{TOKEN}"'),
    ("api-key", f"{TOKEN}\u00e9"),
]


def test_a_header_that_no_database_here_brings_is_taken_off_and_not_read() -> None:
    assert is_credential("X-Chroma-Token")
    assert read([("x-chroma-token", Secret(TOKEN))]) is None
    assert (is_credential("x-toy"), is_credential("X-Toy", frozenset({"x-toy"}))) == (False, True)


@pytest.mark.parametrize(("name", "value"), ONE)
def test_one_token_is_read(name: str, value: str) -> None:
    token = read([("cookie", Secret("a=b")), (name, Secret(value))], BROUGHT)
    assert token is not None
    assert token.reveal() == TOKEN


@pytest.mark.parametrize("pairs", NONE)
def test_no_token_of_ours_is_none(pairs: list[tuple[str, str]]) -> None:
    assert read(((name, Secret(value)) for name, value in pairs), BROUGHT) is None


@pytest.mark.parametrize("pairs", TWO)
def test_two_credentials_are_ambiguous(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(TokenInvalid) as refused:
        read(((name, Secret(value)) for name, value in pairs), BROUGHT)
    assert refused.value.code == "identity.ambiguous"


@every(("name", "value"), BROKEN)
def test_a_broken_credential_is_invalid_and_not_quoted(name: str, value: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        read([(name, Secret(value))], BROUGHT)
    assert refused.value.code == "identity.invalid"
    assert TOKEN not in str(refused.value)


@every("name", [*sorted(CREDENTIAL_HEADERS), "Cookie", "X_API_KEY", "x-acme-api-key", "x-acme-secret"])
def test_whatever_may_carry_a_secret_is_taken_off(name: str) -> None:
    assert is_credential(name)


@pytest.mark.parametrize("name", ["", "accept", "content-type", "host", "user-agent", "x-request-id"])
def test_a_plain_header_is_left(name: str) -> None:
    assert not is_credential(name)


def test_every_name_is_lower_case() -> None:
    assert all(name == name.lower() for name in CREDENTIAL_HEADERS)
