"""A request is written before anything comes of it: masked, its exact original beside it, to be sealed."""

from support.fakes.gates import Calls, FakeGate, FakePart, exchange
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
