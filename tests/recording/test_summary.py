import pytest

from support.fakes.story import tell
from vecgate.recording import read
from vecgate.recording.chain import Entry
from vecgate.recording.read import Conversation
from vecgate.recording.recorder import Recorder
from vecgate.recording.summary import describe
from vecgate.settings.recording import Recording


def talk(code: str, **body: object) -> Conversation:
    return Conversation("x", [Entry(0, "2026-11-23T14:15:00.000Z", code, "x", body, None, "", "")])


@pytest.mark.parametrize(
    ("conversation", "said"),
    [
        # nothing known
        (talk("client.left"), {"who": "unknown", "outcome": "client.left"}),
        # plain words in place of trees
        (
            talk("request.refused", client="10.0.0.1", refusal="identity.missing", lease="le-1", approval="7f3a"),
            {"who": "10.0.0.1", "approval": "7f3a", "lease": "le-1", "outcome": "identity.missing"},
        ),
        # trees
        (
            talk("request.refused", refusal={"code": "policy.no_rule"}, status=403, lease={"id": "le-1"}, records=0),
            {"who": "unknown", "lease": "le-1", "outcome": "policy.no_rule (403)", "records": "0"},
        ),
        # a stranger's text
        (talk("client.left", who={"user": "a\x1b[31m"}), {"who": "a\\u001b[31m", "outcome": "client.left"}),
    ],
)
def test_only_what_is_known_is_said(conversation: Conversation, said: dict[str, str]) -> None:
    assert describe(conversation) == said


async def test_a_story_in_few_words(recorder: Recorder, settings: Recording) -> None:
    session = await tell(recorder)
    first, second, third, fourth, fifth, sixth = map(describe, read.load(settings.folder, session).conversations())
    assert first == {
        "who": "alice",
        "operation": "search on tickets",
        "decision": "allow by analysts/read",
        "lease": "le-17",
        "outcome": "200",
        "records": "1",
        "masked": "12 (PERSON 8, EMAIL_ADDRESS 4)",
        "time": "12 ms",
    }
    assert second["impact"] == "412 of 500 in tickets"
    assert second["approval"] == "7f3a used by bob"
    assert second["outcome"] == "answer.withheld (502)"
    assert third["outcome"] == "policy.no_rule (403)"
    assert fourth["outcome"] == "hold.client_left"
    assert fifth["outcome"] == "200"
    assert sixth["outcome"] == "request.sent"
