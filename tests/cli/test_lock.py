"""What `vecgate lock` asks, and prints."""

from typing import Any

import pytest

from support.fakes.locked import BY_HAND, NAMED, NOT_ONE_THING
from vecgate.cli import main


@pytest.mark.parametrize(("words", "body"), NAMED)
def test_one_is_locked_and_why(
    answers: Any, capsys: pytest.CaptureFixture[str], words: list[str], body: dict[str, Any]
) -> None:
    asked = answers({"made": BY_HAND})
    assert main(["lock", *words]) == 0
    assert main(["lock", *words, "--reason", "INC-7"]) == 0
    assert asked == [("POST", "/.vecgate/v1/locks", body), ("POST", "/.vecgate/v1/locks", body | {"reason": "INC-7"})]
    assert "group interns  INC-7  since 1970-01-01 00:00:00 UTC  by bob, by rule locks" in capsys.readouterr().out


@pytest.mark.parametrize("words", NOT_ONE_THING)
def test_one_thing_is_named(words: list[str]) -> None:
    assert main(["lock", *words]) == 2
