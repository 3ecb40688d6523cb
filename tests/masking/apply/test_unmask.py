"""What is asked is read strictly; what is opened is shown as a profile says; one doubt, and nothing is."""

from typing import Any

import pytest

from vecgate.domain.profiles import KEEP, UNSAFE_NOTHING, MaskProfile, OperatorSpec
from vecgate.domain.tenant import Tenant
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.operators import build
from vecgate.masking.apply.unmask import MOST_TEXTS, MOST_TOKENS, TokenOpener, read
from vecgate.refusals.errors import CallRefused, MaskRefused, Part, Unavailable

HERE: Tenant = ("db", "t")
KEYS = LocalKeys(b"k" * 32)
CONTACTS = MaskProfile("contacts", {"EMAIL": KEEP, "PHONE": OperatorSpec("partial")})


async def token(value: str, entity: str = "EMAIL", tenant: Tenant = HERE, keys: LocalKeys = KEYS) -> str:
    return str(build(OperatorSpec("token"), await keys.of(tenant))(value, entity))


SOME = "<EMAIL#" + "A" * 30 + ">"


@pytest.mark.parametrize(
    "tree",
    [
        # of another form
        None,
        [],
        {},
        {"texts": None},
        {"texts": SOME},
        {"texts": [SOME], "collection": "x"},
        {"texts": [SOME], "tenant": 7},
        {"texts": [SOME], "tenant": "a\nb"},
        {"texts": [SOME], "tenant": "a" * 513},
        {"texts": [SOME, 7]},
        # nothing, or too much
        {"texts": []},
        {"texts": [SOME] * (MOST_TEXTS + 1)},
        {"texts": [f"<EMAIL#{i:030}>" for i in range(MOST_TEXTS)] + ["<EMAIL#" + "B" * 30 + ">"]},
        {"texts": ["".join(f"<EMAIL#{i:030}>" for i in range(MOST_TOKENS + 1))]},
    ],
)
def test_what_is_not_a_request_to_open_tokens_is_refused(tree: Any) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        read(tree)


@pytest.mark.parametrize("text", ["", "Anna", "<EMAIL>", "<EMAIL#abc>"])
def test_a_text_without_a_token_is_told_so(text: str) -> None:
    with pytest.raises(CallRefused, match=r"unmask\.nothing"):
        read({"texts": [text]})


def test_who_names_no_tenant_means_the_databases_home() -> None:
    assert read({"texts": [SOME]}, "default_tenant").tenant == "default_tenant"
    assert read({"texts": [SOME], "tenant": "t"}, "default_tenant").tenant == "t"


@pytest.mark.parametrize(
    ("values", "held", "code"),
    [
        # all are shown, or one of them is
        ({"EMAIL": "a@b.org"}, True, ""),
        ({"PHONE": "+1 555 010 9999"}, True, ""),
        ({"EMAIL": "a@b.org", "SSN": "078-05-1120"}, True, ""),
        # none is: nobody need be asked for that
        ({"SSN": "078-05-1120"}, True, "unmask.masked"),
        ({"SSN": "078-05-1120"}, False, ""),
        # one was not made here
        ({"EMAIL": "a@b.org", "": SOME}, True, "unmask.unknown"),
        ({"": SOME}, False, "unmask.unknown"),
    ],
)
async def test_tokens_are_looked_at_before_anybody_is_asked(values: dict[str, str], held: bool, code: str) -> None:
    texts = [await token(value, kind) if kind else value for kind, value in values.items()]
    check = TokenOpener(KEYS).check(read({"texts": texts}), HERE, CONTACTS, rule="r", held=held)
    if code:
        with pytest.raises(CallRefused, match=code.replace(".", r"\.")):
            await check
    else:
        await check


async def test_an_approver_is_told_what_stays_masked() -> None:
    texts = [await token("a@b.org"), await token("078-05-1120", "SSN")]
    asked = read({"tenant": "t", "texts": texts})
    assert asked.under(CONTACTS) == "tokens (1 EMAIL) of tenant t; 1 SSN stay masked"
    assert asked.under(UNSAFE_NOTHING) == str(asked)


async def test_a_token_of_a_retired_key_is_told_as_such() -> None:
    class Retired(LocalKeys):
        def retired(self) -> int:
            return 2

    texts = [await token("a@b.org", keys=LocalKeys(b"9" * 32))]
    with pytest.raises(CallRefused, match=r"unmask\.retired: .* versions up to 2 are retired"):
        await TokenOpener(Retired(b"k" * 32)).check(read({"texts": texts}), HERE, CONTACTS, rule="r", held=False)


def test_each_token_counts_once_and_is_told_by_its_kind() -> None:
    other = SOME.replace("EMAIL", "PERSON")
    asked = read({"tenant": "t", "texts": [f"{SOME} {other}", SOME]})
    assert asked.tokens == (SOME, other)
    assert str(asked) == "tokens (1 EMAIL, 1 PERSON) of tenant t"
    assert str(read({"texts": [SOME]})) == "tokens (1 EMAIL)"


async def test_a_profile_says_what_is_shown_of_the_values() -> None:
    email, phone = await token("anna@example.com"), await token("+1 555 010 9999", "PHONE")
    ssn = await token("078-05-1120", "SSN")
    asked = read({"tenant": "t", "texts": [f"{email}, {phone}, {ssn}", email]})
    found = await TokenOpener(KEYS).open(asked, HERE, CONTACTS)
    assert found.texts == ("anna@example.com, +* *** *** 9999, <SSN>", "anna@example.com")
    assert found.told == {"opened": {"EMAIL": 1}, "masked": {"PHONE": 1, "SSN": 1}}
    assert found.document == {"texts": list(found.texts), **found.told}
    everything = await TokenOpener(KEYS).open(asked, HERE, UNSAFE_NOTHING)
    assert everything.texts[0] == "anna@example.com, +1 555 010 9999, 078-05-1120"


@pytest.mark.parametrize(("operator", "shown"), [("token", None), ("drop", "")])
async def test_what_is_to_stay_hidden_does(operator: str, shown: str | None) -> None:
    email = await token("anna@example.com")
    profile = MaskProfile("p", {"EMAIL": OperatorSpec(operator)})
    found = await TokenOpener(KEYS).open(read({"texts": [email]}), HERE, profile)
    assert found.texts == (email if shown is None else shown,)
    assert (dict(found.opened), dict(found.masked)) == ({}, {"EMAIL": 1})


async def test_a_profile_may_refuse_it_all() -> None:
    asked = read({"texts": [await token("anna@example.com")]})
    with pytest.raises(MaskRefused, match=r"mask\.blocked"):
        await TokenOpener(KEYS).open(asked, HERE, MaskProfile("p", {"EMAIL": OperatorSpec("block")}))


@pytest.mark.parametrize("tenant", [("db", "other"), ("other", "t"), ("", "")])
async def test_a_token_of_somebody_else_opens_nothing(tenant: Tenant) -> None:
    mine, theirs = await token("anna@example.com"), await token("bo@example.com", tenant=tenant)
    with pytest.raises(CallRefused, match=r"unmask\.unknown: Token 2 ") as e:
        await TokenOpener(KEYS).open(read({"texts": [mine, theirs]}), HERE, UNSAFE_NOTHING)
    assert "anna" not in str(e.value)


async def test_a_value_is_shown_as_it_is_also_when_it_looks_like_a_token() -> None:
    inner = await token("bo@example.com", tenant=("db", "other"))
    found = await TokenOpener(KEYS).open(read({"texts": [await token(inner)]}), HERE, UNSAFE_NOTHING)
    assert found.texts == (inner,)


class Rotated(LocalKeys):
    """Keys that were rotated: `past` are the former ones, newest first."""

    def __init__(self, now: bytes, *past: bytes) -> None:
        super().__init__(now)
        self._past = [LocalKeys(secret) for secret in past]

    async def older(self, tenant: Tenant, steps: int) -> bytes | None:
        return await self._past[steps - 1].of(tenant) if steps <= len(self._past) else None


async def test_tokens_of_former_keys_still_open() -> None:
    old, older = LocalKeys(b"1" * 32), LocalKeys(b"0" * 32)
    opener = TokenOpener(Rotated(b"2" * 32, b"1" * 32, b"0" * 32))
    text = f"{await token('a@b.org', keys=old)} {await token('c@d.org', keys=older)}"
    assert await opener.text(text, HERE) == "a@b.org c@d.org"
    with pytest.raises(ValueError, match="not made here"):
        await opener.text(await token("a@b.org", keys=LocalKeys(b"9" * 32)), HERE)


async def test_a_text_without_tokens_stays_as_it_is_and_takes_no_key() -> None:
    class NoKeys(LocalKeys):
        async def of(self, _tenant: Tenant) -> bytes:
            raise Unavailable(Part.MASKING_KEY)

    opener = TokenOpener(NoKeys(b"k" * 32))
    assert await opener.text("<EMAIL> and <EMAIL:abc>", HERE) == "<EMAIL> and <EMAIL:abc>"
    with pytest.raises(Unavailable, match="key"):
        await opener.text(SOME, HERE)
