"""A database and a kind of credential that do not go together stop the start, and it is said why."""

from typing import ClassVar

import pytest

from vecgate import dialects
from vecgate.credentials import kinds
from vecgate.credentials.kinds import CredentialKind
from vecgate.domain.lease import Headers
from vecgate.refusals.errors import SettingsError
from vecgate.settings.plugins import are_there
from vecgate.settings.upstreams import UpstreamSettings


class OnlyQdrant(CredentialKind):
    name: ClassVar[str] = "only_qdrant"
    shows = Headers
    fits: ClassVar[frozenset[str] | None] = frozenset({"qdrant"})


def upstream(dialect: str, kind: str) -> UpstreamSettings:
    least = {"url": "https://db", "hosts": ["db"], "credential": {"kind": kind, "role": "a", "gateway_role": "b"}}
    return UpstreamSettings.model_validate({"dialect": dialect} | least)


def test_a_kind_of_another_database_is_a_mistake_with_its_name() -> None:
    told = {"docs": upstream("milvus", "only_qdrant"), "others": upstream("qdrant", "only_qdrant")}
    with pytest.raises(SettingsError) as caught:
        are_there(told, dialects.kind, lambda _: OnlyQdrant)
    assert caught.value.problems == ["upstreams.docs.credential: 'only_qdrant' is for qdrant, not for milvus"]


def test_every_database_takes_a_client_certificate() -> None:
    are_there({name: upstream(name, "vault_pki") for name in dialects.names()}, dialects.kind, kinds.load)


@pytest.mark.parametrize("dialect", dialects.names())
def test_every_database_says_how_it_takes_a_key(dialect: str) -> None:
    ways = dialects.kind(dialect).ways
    assert ways
    assert len({way.name for way in ways}) == len(ways)
    assert all(way.shown("user:key").pairs for way in ways)
