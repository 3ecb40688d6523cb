"""A section knows its own names and types only, and reads paths beside its file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from vecgate.settings.section import Seconds, Section


class Some(Section):
    """One of a test's own."""

    folder: Path = Path("x")
    wait: Seconds = 1


def test_a_path_is_relative_to_the_settings_file() -> None:
    base = {"base": Path("/etc/vecgate")}
    assert Some.model_validate({"folder": "a"}, context=base).folder == Path("/etc/vecgate/a")
    assert Some.model_validate({"folder": "/a"}, context=base).folder == Path("/a")
    assert Some.model_validate({"folder": "a"}).folder == Path("a")


@pytest.mark.parametrize("given", [{"other": 1}, {"wait": 0}, {"wait": "1"}, {"wait": True}])
def test_what_it_does_not_know_is_a_mistake(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Some.model_validate(given)
