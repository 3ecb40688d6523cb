"""Which databases there are."""

import pytest
from pydantic import ValidationError

from vecgate.settings.upstreams import UpstreamSettings

LEAST = {
    "dialect": "chroma",
    "url": "https://db:8000",
    "hosts": ["db"],
    "credential": {"role": "person", "gateway_role": "own"},
}


def test_the_least_that_is_said_of_a_database() -> None:
    told = UpstreamSettings.model_validate(LEAST)
    assert (told.credential.kind, told.credential.ttl, told.destinations) == ("vault_pki", 600, ())


@pytest.mark.parametrize(
    "more", [{"hosts": []}, {"url": "https://db/path"}, {"url": "db:8000"}, {"timeout": 0}, {"credential": {}}]
)
def test_a_database_without_name_or_place_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(more))):
        UpstreamSettings.model_validate(LEAST | more)


@pytest.mark.parametrize("name", ["url", "grpc_url"])
@pytest.mark.parametrize(
    "url", ["https://elastic:changeme@db:9200", "https://db:8000?key=x", "https://db:8000#x", "https://d b"]
)
def test_what_an_address_says_besides_would_go_unheeded_and_is_refused(name: str, url: str) -> None:
    """A key above all: it is sent nowhere, and would lie in the settings."""
    with pytest.raises(ValidationError, match=name):
        UpstreamSettings.model_validate(LEAST | {name: url})
    assert UpstreamSettings.model_validate(LEAST | {name: "https://[::1]:8000"})
