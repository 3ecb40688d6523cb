"""The real oidc-provider of npm: OpenID Connect with the device flow, rotated refresh tokens, tokens of RFC 9068."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.logins.provider import agree, provider
from support.providers import USER, Provider
from support.providers.desks import revoked
from vecgate.desk.told import Client


@contextmanager
def running(folder: Path) -> Iterator[Provider]:
    """One. Skips where there is no Node."""
    issuer, server = provider(folder)

    def rotate() -> None:  # it makes a key at each start
        server.stop()
        server.start()

    try:
        server.start()
        told = {"issuer": issuer, "audience": "vecgate", "algorithms": ["ES256"]}
        yield Provider(told, Client(issuer), lambda to: agree(to, USER), rotate, revoked)
    finally:
        server.stop()
