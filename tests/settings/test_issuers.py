"""Which signatures of which issuer are accepted."""

import pytest
from pydantic import ValidationError

from vecgate.settings.issuers import Issuer

LEAST = {"issuer": "https://login.example", "audience": "vecgate"}


def test_an_issuer_and_an_audience_are_enough() -> None:
    told = Issuer.model_validate(LEAST)
    assert (told.algorithms, told.user_claim, told.groups_claim) == (("ES256", "RS256"), "sub", "groups")
    assert told.keys_cooldown < told.keys_fresh < told.keys_stale


@pytest.mark.parametrize(
    "more", [{"algorithms": ["HS256"]}, {"algorithms": ["none"]}, {"algorithms": []}, {"leeway": 121}, {"timeout": 0}]
)
def test_what_would_weaken_the_check_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(more))):
        Issuer.model_validate(LEAST | more)
