"""Requests for access are bounded, and kept for a while."""

import pytest
from pydantic import ValidationError

from vecgate.settings.access import Access


def test_unsaid_there_are_sixteen_for_ninety_days():
    assert Access() == Access(open_per_user=16, kept=90 * 86400)


@pytest.mark.parametrize("wrong", [{"open_per_user": 0}, {"kept": 0}, {"kept": "90d"}, {"pending": 5}])
def test_what_is_none_is_refused(wrong):
    with pytest.raises(ValidationError):
        Access(**wrong)
