"""Which failure becomes which refusal."""

import pytest

from vecgate.refusals.catalogue import CATALOGUE, refuse
from vecgate.refusals.errors import (
    AnswerTooLarge,
    AnswerWaited,
    CallRefused,
    MaskRefused,
    NameRefused,
    NotKept,
    NotVouched,
    OddStatus,
    OutcomeUnknown,
    Part,
    PartlyDone,
    SettingsError,
    TokenInvalid,
    Unavailable,
    VaultDenied,
)
from vecgate.refusals.mapping import AWAY, PLAIN, refusal_for

TABLE: list[tuple[Exception, bool, str | None]] = [
    (ValueError("x"), False, None),
    (SettingsError(["x"]), False, None),
    (Unavailable(Part.VIEWER), False, None),
    (Unavailable(Part.JOURNAL), False, "record.unavailable"),
    (Unavailable(Part.JOURNAL), True, "answer.withheld"),
    (Unavailable(Part.ISSUER_KEYS), False, "identity.unavailable"),
    (Unavailable(Part.MASKING_KEY), True, "mask.key"),
    (NotKept(None), False, "state.unavailable"),
    (TokenInvalid("identity.expired", "x"), False, "identity.expired"),
    (CallRefused(refuse("path.odd", detail="x")), False, "path.odd"),
    (NotVouched("x"), False, "lease.not_vouched"),
    (NameRefused("x", "", "sam"), False, "lease.user_name"),
    (VaultDenied("x"), False, "lease.denied"),
    (MaskRefused("mask.blocked"), True, "mask.blocked"),
    (AnswerTooLarge("x"), True, "answer.too_large"),
    (AnswerWaited("x"), True, "answer.waited"),
    (OddStatus(302), True, "answer.status"),
    (PartlyDone(1, 3), True, "upstream.partly"),
    (OutcomeUnknown("x"), True, "upstream.outcome_unknown"),
]


@pytest.mark.parametrize(("error", "sent", "code"), TABLE, ids=lambda value: repr(value)[:40])
def test_a_failure_has_one_refusal(error: Exception, sent: bool, code: str | None) -> None:
    found = refusal_for(error, upstream="db", sent=sent, answer_body=7)
    assert (found.code if found else None) == code
    assert found is None or "{" not in str(found), "every word is filled in"


def test_an_answer_is_larger_than_what_is_told() -> None:
    told = [
        refusal_for(e, upstream="db", sent=True, answer_body=7)
        for e in (AnswerTooLarge("x"), AnswerTooLarge("x", "9 values"))
    ]
    assert ["than 7 bytes." in str(told[0]), "than 9 values." in str(told[1])] == [True, True]


def test_what_is_a_kind_of_another_comes_before_it() -> None:
    kinds = list(PLAIN)
    assert all(not issubclass(later, earlier) for i, earlier in enumerate(kinds) for later in kinds[i + 1 :])


def test_what_is_away_on_the_path_has_its_own_refusal_that_one_may_try_again() -> None:
    assert set(AWAY) == set(list(Part)[: len(AWAY)]), "those on the path come first"
    assert len(set(AWAY.values())) == len(AWAY)
    assert all(CATALOGUE[code].retry_after for code in AWAY.values())
