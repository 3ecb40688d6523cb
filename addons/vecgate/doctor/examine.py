"""Which checks are there? All of them, side by side, each within its time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vecgate.credentials.kinds import Means
from vecgate.credentials.leases import Leases
from vecgate.dialects import ways
from vecgate.doctor import files
from vecgate.doctor.checks import (
    around,
    authority,
    bao,
    beside,
    bypass,
    issuers,
    listening,
    marks,
    person,
    policies,
    recordings,
    software,
    spoken,
    state,
    stranger,
    upstream,
    versions,
    vouched,
)
from vecgate.doctor.finding import Finding, problem
from vecgate.domain.principal import Secret
from vecgate.policy.asked.testing import Reader
from vecgate.policy.signed import Seal
from vecgate.settings.file import Settings
from vecgate.state.store import Store
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

LONGEST: Final = 45.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be examined: the settings and their file, which databases, and ports to try besides the known ones.

    `token`: a person's login token, whose whole way is tried, and what else it opens.
    """

    file: Path
    settings: Settings
    upstreams: tuple[str, ...]
    ports: tuple[int, ...] = ()
    token: Secret | None = None


async def examine(asked: Asked, reader: Reader, now: Callable[[], float]) -> list[Finding]:
    """Every finding, in the order of the checks. `now` gives seconds since the epoch; `reader` reads policy tests."""
    settings = asked.settings
    vault = settings.vault
    try:
        client = VaultClient.of(vault)
    except OSError as e:
        todo = "Put the CA that signs OpenBao's certificate there."
        said = f"The CA file {vault.ca} cannot be used: {e.strerror or type(e).__name__}."
        return [*await _all(_local(asked, reader, now)), problem(bao.ABOUT, said, todo)]
    async with client:
        own = OwnToken(client, vault, now)
        store = Store(settings.state)
        try:
            leases = Leases(Means(client, own, store, now), settings, ways(settings.upstreams))
            await store.open()
            return await _all([*_local(asked, reader, now), *_remote(asked, client, own, leases, now)])
        finally:
            await leases.close()
            await own.close()
            await store.close()


type _Check = tuple[str, Awaitable[list[Finding]]]


def _local(asked: Asked, reader: Reader, now: Callable[[], float]) -> list[_Check]:
    settings = asked.settings
    known = partial(
        policies.check,
        settings.policies.folder,
        reader,
        keyed=bool(settings.masking.key),
        observed=settings.observed.words(now()) if settings.observed else "",
        seal=Seal.of(settings, now),
        shown=settings.observed.mask if settings.observed else None,
        issuers=tuple(one.issuer for one in settings.issuers),
    )
    has_password = bool(urlsplit(settings.state.url).password)
    return [
        ("settings", _aside(lambda: files.settings(asked.file, has_password=has_password))),
        ("software", _aside(lambda: software.check(settings.masking))),
        ("policies", _aside(known)),
        ("gateway CA", _aside(lambda: authority.check(settings.listen.certificate_folder, now()))),
        (listening.ABOUT, _aside(lambda: listening.check(settings))),
        ("recordings", _aside(lambda: recordings.check(settings.recording))),
        ("Valkey", state.check(settings.state)),
        *((f"issuer {one.issuer}", issuers.check(one, now)) for one in settings.issuers),
    ]


def _remote(asked: Asked, client: VaultClient, own: OwnToken, leases: Leases, now: Callable[[], float]) -> list[_Check]:
    settings = asked.settings
    ca = authority.certificate_of(settings.listen.certificate_folder)
    specs = [(name, settings.upstreams[name]) for name in asked.upstreams]
    return [
        ("OpenBao", bao.check(settings, client, own, now, asked.upstreams)),
        (vouched.ABOUT, vouched.check(settings, client, own, now, asked.upstreams)),
        (bypass.ABOUT, bypass.check(settings, client, now(), asked.token)),
        *((name, upstream.check(name, spec, leases, now())) for name, spec in specs),
        *((name, marks.check(name, settings, client, own, leases, now)) for name, _ in specs),
        *((name, stranger.check(name, spec, now())) for name, spec in specs),
        *_walk(asked, own, leases, now),
        *((name, around.check(name, spec, ca, asked.ports)) for name, spec in specs),
        *((name, versions.check(name, spec, leases)) for name, spec in specs),
        *((name, spoken.check(name, spec)) for name, spec in specs),
        *((name, beside.check(name, spec, leases, asked.ports)) for name, spec in specs),
    ]


def _walk(asked: Asked, own: OwnToken, leases: Leases, now: Callable[[], float]) -> list[_Check]:
    if asked.token is None:
        return []
    return [(person.ABOUT, person.check(asked.settings, leases, asked.upstreams, asked.token, now, own.read))]


async def _aside(check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """In a thread: reading files and running policy tests must not hold up the others."""
    return await asyncio.to_thread(lambda: list(check()))


async def _all(checks: Iterable[_Check]) -> list[Finding]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_in_time(about, check)) for about, check in checks]
    return [finding for task in tasks for finding in task.result()]


async def _in_time(about: str, check: Awaitable[list[Finding]]) -> list[Finding]:
    try:
        async with asyncio.timeout(LONGEST):
            return await check
    except TimeoutError:
        return [problem(about, f"It could not be examined within {LONGEST:g} s.", "See whether it hangs.")]
