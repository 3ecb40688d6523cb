"""The one that hides nothing."""

from vecgate.masking.apply.operators.keep import build


def test_what_was_found_is_shown() -> None:
    assert build({}, b"")("Anna", "PERSON") == "Anna"
