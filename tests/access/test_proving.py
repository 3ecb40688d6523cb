"""Which grant is proven: what was signed is what it gives, when it may, and nothing that was written in besides."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB, CAROL
from support.fakes.granting import ASKING, TERMS
from support.fakes.granting import asked as wished
from support.tools.signing import enrolment, key, mark, signed
from vecgate.access import request
from vecgate.access.agreed import Things
from vecgate.access.proving import asked_of, facts, given, rota, unproven
from vecgate.access.request import Request
from vecgate.consent.enrolled import Roots, canonical
from vecgate.consent.judge import Objection
from vecgate.consent.proof import FRESH, Proof
from vecgate.domain.approval import Approvers, Vote
from vecgate.domain.grant import Terms
from vecgate.domain.principal import Principal

NOW = 1000.0
ROOT, B, C = key(), key(), key()
KEYS = {"bob": B, "carol": C}
PROOF = Proof("require", Roots([mark(ROOT)], (), lambda: NOW), lambda: NOW, b"k" * 32)
ELSEWHERE = replace(PROOF, key=b"e" * 32)
TWO = replace(ASKING, approvers=Approvers.of("data-owners", count=2))


def asked(**over: Any) -> Request:
    """A request that was made at this gateway."""
    return asked_of(wished(**over), PROOF)


def yes(one: Request, who: Principal, terms: Terms | None = None, things: Things = ()) -> Request:
    """A yes with its signature, while names stand for these things."""
    private = KEYS[who.user]

    def seal(then: Request, vote: Vote) -> Vote:
        text = PROOF.to_sign(partial(facts, then), vote.stage)
        made = signed(private, text, enrolment(who, private, (ROOT, None)))
        return PROOF.taken(vote, partial(facts, then), made, who)

    return request.approve(one, who, NOW, terms, seal, things)


GRANTED = yes(asked(), BOB)
LATER = yes(asked(begins=5000.0), BOB)
UNUSED = yes(asked(asking=replace(ASKING, starts="first_use")), BOB)
LESS = replace(TERMS, seconds=60.0, records=5)
NAMED = replace(TERMS, collections=("a", "b"))
FEWER = replace(NAMED, collections=("b",))
THINGS = (("a", "1"), ("b", "2"))
BY_NAME = yes(asked(asked=NAMED, terms=NAMED), BOB, None, THINGS)
TWO_BY_NAME = yes(yes(asked(asked=NAMED, terms=NAMED, asking=TWO), BOB, None, THINGS), CAROL, FEWER, THINGS)


def signed_before() -> Request:
    """As it was signed when collections themselves were no part of it."""
    one = asked(asked=NAMED, terms=NAMED, asking=TWO, things=THINGS)

    def old(who: Principal, at: int) -> Vote:
        said = facts(one, {"stage": 0, "at": at})
        text = canonical({name: value for name, value in said.items() if name != "things"})
        document = enrolment(who, KEYS[who.user], (ROOT, None))
        return Vote(who.user, NOW, who.key, 0, ("group:data-owners",), signed=signed(KEYS[who.user], text, document))

    return request.granted(replace(one, votes=(old(BOB, 1000), old(CAROL, 1000))), NOW)


@pytest.mark.parametrize(
    "one",
    [
        GRANTED,
        LATER,
        UNUSED,
        request.use(UNUSED, 50_000.0),
        yes(asked(), BOB, LESS),
        # one after the other grants less
        yes(yes(asked(asking=TWO), BOB), CAROL, LESS),
        yes(yes(asked(asking=TWO), BOB, LESS), CAROL),
        # for what the names stand for; the second one leaves a name out, and with it what it stands for
        BY_NAME,
        TWO_BY_NAME,
    ],
)
def test_what_was_signed_is_proven(one: Request) -> None:
    assert one.state == "granted"
    assert unproven(one, PROOF) == ""


FORGED: dict[str, Callable[[], Request]] = {
    "nobody said yes": lambda: replace(asked(), state="granted", begun=NOW, ends=NOW + 60),
    "nobody signed": lambda: request.approve(asked(), BOB, NOW),
    "another holder": lambda: replace(GRANTED, login=CAROL.key, user="carol"),
    "another id": lambda: replace(GRANTED, id="r2"),
    "another rule": lambda: replace(GRANTED, rule="may-all"),
    "another reason": lambda: replace(GRANTED, reason="x"),
    "more collections": lambda: replace(GRANTED, terms=replace(TERMS, collections=("*",))),
    "more records": lambda: replace(GRANTED, terms=replace(TERMS, records=None)),
    "another mask": lambda: replace(GRANTED, terms=replace(TERMS, mask="lax")),
    "more than the last one signed": lambda: replace(yes(asked(), BOB, LESS), terms=TERMS),
    "less than the last one signed": lambda: replace(GRANTED, terms=LESS),
    "more than the first one signed": lambda: replace(yes(yes(asked(asking=TWO), BOB, LESS), CAROL), terms=TERMS),
    "one of two": lambda: replace(yes(asked(asking=TWO), BOB), state="granted", begun=NOW, ends=NOW + 60),
    "for longer": lambda: replace(GRANTED, ends=NOW + FRESH + TERMS.seconds + 1),
    "before it begins": lambda: replace(LATER, begun=4999.0, ends=5100.0),
    "unused for longer": lambda: replace(UNUSED, expires=NOW + FRESH + TERMS.seconds + 86400 + 1),
    "who stands behind it left out": lambda: replace(yes(asked(names=("agent",)), BOB), names=()),
    "for another collection of the name": lambda: replace(BY_NAME, things=(("a", "9"), ("b", "2"))),
    "for whatever bears the name": lambda: replace(BY_NAME, things=()),
    "for another than the last one signed": lambda: replace(TWO_BY_NAME, things=(("b", "9"),)),
    "for a name that the last one left out": lambda: replace(TWO_BY_NAME, terms=NAMED, things=THINGS),
    "narrowed to a name that nobody bound": lambda: replace(
        yes(asked(), BOB), terms=replace(TERMS, collections=("tickets",)), things=(("tickets", "1"),)
    ),
    "signed before collections were part of it": signed_before,
    "asked at another gateway": lambda: yes(asked_of(wished(), ELSEWHERE), BOB),
    "asked nowhere": lambda: yes(wished(), BOB),
    "asked at another gateway, with its name changed": lambda: replace(
        GRANTED, nonce=f"{ELSEWHERE.gateway}.{GRANTED.nonce.partition('.')[2]}"
    ),
    "the own group asked": lambda: replace(GRANTED, asking=replace(ASKING, approvers=Approvers.of("analysts"))),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_was_written_in_is_not(what: str) -> None:
    assert unproven(FORGED[what](), PROOF) != ""


def test_what_was_signed_before_collections_were_part_of_it_says_so() -> None:
    assert unproven(signed_before(), PROOF) == (
        "for which collections it is was not part of what was signed; have it asked for anew"
    )


def test_nobody_agrees_to_another_collection_than_whoever_agreed_before() -> None:
    first = yes(asked(asked=NAMED, terms=NAMED, asking=TWO), BOB, None, THINGS)
    with pytest.raises(Objection, match="another"):
        yes(first, CAROL, None, (("a", "9"), ("b", "2")))


def test_who_asked_proves_nothing_for_themselves() -> None:
    mine = replace(GRANTED, login=BOB.key, user="bob")
    assert unproven(mine, PROOF) != ""
    assert ALICE.key == GRANTED.login


BROKEN = given(request.granted(asked(glass="call", review_within=60.0), NOW), PROOF)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (BROKEN, ""),
        (request.approve(asked(), BOB, NOW), "a yes is not signed"),
        (replace(BROKEN, word=""), "what nobody was asked for has no signatures"),
        (replace(GRANTED, glass="command"), "what nobody was asked for has no signatures"),
        (replace(GRANTED, automatic="a-look"), "what nobody was asked for has no signatures"),
        (replace(BROKEN, word="0" * 64), "it is not this gateway's word"),
        (replace(BROKEN, login="https://login.example#mallory"), "it is not this gateway's word"),
        (replace(BROKEN, terms=replace(TERMS, collections=("*",))), "it is not this gateway's word"),
        (replace(BROKEN, terms=replace(TERMS, mask="lax")), "it is not this gateway's word"),
        (replace(BROKEN, granted=2000.0, ends=9200.0), "it is not this gateway's word"),
        (replace(BROKEN, glass=""), "it is not this gateway's word"),
        (replace(BROKEN, things=(("tickets", "9"),)), "it is not this gateway's word"),
        (replace(BROKEN, review_within=1e9), "it is not this gateway's word"),
        (replace(BROKEN, ends=9200.0), "its times are others than follow from when it was signed"),
    ],
)
def test_what_nobody_signed_has_the_gateways_word(one: Request, why: str) -> None:
    assert unproven(one, PROOF) == why


def test_who_was_on_call_has_the_gateways_word_for_that_request_alone() -> None:
    night = replace(ASKING, rota=(("night", ("bob",)),))
    one = asked_of(asked(asking=night), PROOF)
    assert rota(one, PROOF) == {"night": ("bob",)}
    others = replace(one.asking, rota=(("night", ("carol",)),))
    for other in (
        replace(one, asking=others),
        replace(one, id="other"),
        replace(one, created=2000.0),
        wished(asking=night),
    ):
        assert rota(other, PROOF) is None
    assert rota(one, replace(PROOF, key=b"")) is None
    assert rota(asked_of(asked(), PROOF), PROOF) is None


def test_another_gateways_word_is_none_nor_that_of_one_without_a_key() -> None:
    for proof in (ELSEWHERE, replace(PROOF, key=b"")):
        assert unproven(BROKEN, proof) == "it is not this gateway's word"
        assert proof.word({}) != PROOF.word({})
