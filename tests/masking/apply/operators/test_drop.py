"""Nothing is left of it."""

from vecgate.masking.apply.operators._base import DROP
from vecgate.masking.apply.operators.drop import build


def test_it_shows_no_text_at_all() -> None:
    assert {build({}, b"")(text, "FIELD") for text in ("", "Anna")} == {DROP}
