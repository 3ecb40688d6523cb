"""One mark for everything."""

from vecgate.masking.apply.operators.redact import build


def test_it_tells_nothing() -> None:
    redact = build({}, b"")
    assert {redact(text, entity) for text in ("", "Anna", "x" * 99) for entity in ("PERSON", "IP")} == {"[REDACTED]"}
