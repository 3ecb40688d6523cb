"""A request is written before anything comes of it: masked, its exact original beside it, to be sealed."""

from support.fakes.gates import Calls, FakeGate, FakePart, exchange
from vecgate.domain.decision import Decision, Effect
from vecgate.handling.recording import begin


def journal() -> FakePart:
    return FakePart(session=Calls("s1"), write=Calls())


async def test_the_exact_original_is_handed_over_to_be_sealed_only() -> None:
    gate = FakeGate(recorder=journal())
    assert await begin(gate, exchange(shown_call="masked"), "request.sent") == "s1"
    session, code, _, body, original = gate.recorder.write.given[0]
    assert (session, code) == ("s1", "request.sent")
    assert original.endswith(b'{"where":{"a":"b"}}')
    assert body["call"]["body"] == "masked"


async def test_what_policies_that_are_tried_out_would_decide_stands_beside_the_decision() -> None:
    tried = Decision(Effect.DENY, "stricter", "policy.denied", "v2")
    for proposed, told in ((tried, {"effect": "deny", "rule": "stricter", "policy": "v2"}), (None, None)):
        gate = FakeGate(recorder=journal())
        await begin(gate, exchange(shown_call="masked", proposed=proposed), "request.sent")
        body = gate.recorder.write.given[0][3]
        assert body.get("proposed") == told
        assert body["decision"]["effect"] == "allow"
