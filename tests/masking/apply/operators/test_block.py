"""One such value, and there is no answer."""

from vecgate.masking.apply.operators._base import BLOCK
from vecgate.masking.apply.operators.block import build


def test_it_shows_no_text_at_all() -> None:
    assert {build({}, b"")(text, "SECRET") for text in ("", "hunter22")} == {BLOCK}
