import re

import pytest

from vecgate.recording.events import EVENTS, FIELDS, Phase, check


@pytest.mark.parametrize(
    ("code", "body", "complaint"),
    [
        # nothing at all
        ("", {}, "unlisted event code ''"),
        ("request.sent", None, "the body is not an object"),
        # not listed
        ("request.forwarded", {}, "unlisted event code"),
        ("request.sent", {"claims": {}}, "unlisted fields claims"),
        ("answer.released", {"token": 1, "raw": 2, "status": 200}, "unlisted fields raw, token"),
    ],
)
def test_what_is_not_listed_cannot_be_recorded(code: str, body: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        check(code, body)  # type: ignore[arg-type]


def test_the_complaint_names_fields_but_never_their_values() -> None:
    with pytest.raises(ValueError, match="unlisted") as caught:
        check("request.sent", {"token": "s3cret"})
    assert "s3cret" not in str(caught.value)


def test_every_listed_field_is_accepted() -> None:
    assert check("request.sent", dict.fromkeys(FIELDS)).phase is Phase.BEGIN


def test_every_event_has_a_dotted_code_and_a_sentence() -> None:
    for code, event in EVENTS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", code)
        assert event.meaning.endswith(".")
