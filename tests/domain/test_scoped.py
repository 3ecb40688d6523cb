"""What is said of a call that is kept to rows, and of one that cannot be."""

import pytest

from vecgate.domain.call import Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.scoped import Held, Scoped, as_it_is, unscopable, wrong_field
from vecgate.refusals.errors import CallRefused

ALLOW = Decision(Effect.ALLOW, "own", "because", "v1")


def test_by_itself_an_answer_is_given_as_it_is() -> None:
    assert Scoped(Call("GET", "/")).answered is as_it_is
    assert as_it_is({"a": 1}) == ({"a": 1}, 0)


def test_refusals_name_the_rule_and_the_place() -> None:
    with pytest.raises(CallRefused, match=r"rows\.unscopable: This count cannot .* rule 'own' opens: it is too wide"):
        unscopable("count", ALLOW, "it is too wide")
    with pytest.raises(CallRefused, match=r"rows\.field: What is sent at metadatas\[0\]\.tenant"):
        wrong_field("metadatas[0].tenant", ALLOW)


def test_a_write_goes_out_only_while_its_locks_last() -> None:
    clock = [0.0]
    held = Held(10.0, lambda: clock[0])
    held.going()
    assert not held.known, "from then on nobody knows what becomes of it"
    clock[0] = 10.5
    with pytest.raises(CallRefused, match=r"rows\.busy"):
        Held(10.0, lambda: clock[0]).going()
