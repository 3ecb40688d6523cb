"""Which signatures of which issuer are accepted."""

import pytest
from pydantic import ValidationError

from vecgate.settings.issuers import Issuer, Overage

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


@pytest.mark.parametrize("path", ["users/{oid}/groups", "{tenantid}/users/{sub}", "people/{realm.user}"])
def test_groups_are_asked_for_of_somebody(path: str) -> None:
    told = {"client_id": "x", "secret_path": "kv/data/x", "token_url": "https://login.example/token"}
    assert Overage.model_validate(told | {"url": f"https://directory.example/{path}"}).url.endswith(path)
    for nobody in (
        path.replace("{", "").replace("}", ""),
        "{tenantid}/groups",
        f"{path}/{{",
        f"{path}/{{}}",
        "users/{oid",
    ):
        with pytest.raises(ValidationError, match="by a claim in braces"):
            Overage.model_validate(told | {"url": f"https://directory.example/{nobody}"})
