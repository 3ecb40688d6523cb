"""Observing takes a mask that hides, and ends when it says."""

from pathlib import Path

import pytest
import yaml

from settings.test_policies import load
from vecgate.refusals.errors import SettingsError


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"mode": "observe"}, "name under 'observing: {mask: ...}'"),
        ({"mode": "observe", "observing": {"mask": "unsafe-nothing"}}, "masks nothing"),
        ({"mode": "observe", "observing": {"mask": "m", "until": "soon"}}, "write it like"),
        ({"mode": "observe", "observing": {"mask": "m", "until": "2026-12-31T18:00:00"}}, "lacks its time zone"),
        ({"mode": "watch"}, "enforce"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(tmp_path: Path, over: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load(tmp_path, **over)


def test_it_ends_when_it_says(tmp_path: Path) -> None:
    over = yaml.safe_load("{mask: m, until: '2026-12-31'}")
    observed = load(tmp_path, mode="observe", observing=over).observed
    assert observed is not None
    assert (observed.mask_at(1798675199), observed.mask_at(1798675200)) == ("m", "")
    assert load(tmp_path).observed is None
