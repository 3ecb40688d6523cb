"""The shared words."""

import pickle

import pytest

from vecgate.terms import AS_IT_CAME, OPERATION_KINDS, Call, Impact, Inputs, Operation, Principal, Secret

BASE = Call("POST", "/a", (("k", "v"),), (("content-type", "application/json"),), b"{}")

CHANGED = [
    Call("PUT", "/a", (("k", "v"),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/b", (("k", "v"),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (("k", "w"),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (("k", "v"),), (("content-type", "text/plain"),), b"{}"),
    Call("POST", "/a", (("k", "v"),), (), b"{}"),
    Call("POST", "/a", (("k", "v"),), (("content-type", "application/json"),), b"[]"),
    # the same bytes, cut elsewhere
    Call("POST", "/a", (("kv", ""),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (("content-type", "application/json"),), (("k", "v"),), b"{}"),
]


@pytest.mark.parametrize("call", CHANGED)
def test_every_part_of_a_call_is_in_its_digest(call: Call) -> None:
    assert call.digest() != BASE.digest()


def test_the_context_is_in_the_digest_and_cannot_slip_into_another_part() -> None:
    assert BASE.digest("a", "b") == BASE.digest("a", "b")
    assert len({BASE.digest(), BASE.digest("ab"), BASE.digest("a", "b"), BASE.digest("b", "a")}) == 4


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hvs.token")
    assert "hvs" not in f"{secret} {secret!r}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == "hvs.token"


def test_claims_stay_out_of_a_principals_repr() -> None:
    principal = Principal("https://i", "s1", "alice", frozenset(), 0.0, {"email": "alice@example.com"})
    assert "example.com" not in repr(principal)
    assert principal.key == "https://i#s1"


def test_every_kind_has_a_group_and_none_is_named_like_a_group() -> None:
    groups = {Operation("d", "n", kind, 0).group for kind in OPERATION_KINDS}
    assert groups == {"read", "write", "delete", "schema", "destroy", "snapshot", "admin", "reveal"}
    assert not groups & set(OPERATION_KINDS)


def test_an_impact_reads_as_a_sentence() -> None:
    assert str(Impact(412, 500, "tickets")) == "412 of 500 records in tickets"


def test_what_a_rule_does_with_what_goes_in_reads_as_a_list() -> None:
    assert str(AS_IT_CAME) == ""
    assert str(Inputs(query="mask", filters="refuse", profile="stored")) == "query mask, filters refuse, profile stored"


@pytest.mark.parametrize(
    ("inputs", "keeps"),
    [
        (AS_IT_CAME, True),
        (Inputs(embeddings="refuse", profile="p"), True),
        (Inputs(payload="mask"), False),
        (Inputs(query="refuse"), False),
        (Inputs(filters="translate"), False),
    ],
)
def test_a_rule_that_keeps_all_is_known_as_one(inputs: Inputs, keeps: bool) -> None:
    assert inputs.keeps_all is keeps
