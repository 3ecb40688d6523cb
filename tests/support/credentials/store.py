"""An OpenBao of a test's own, in memory, that takes a gateway's word, and a Valkey: what every kind is tried with.

Who tries a kind is its administrator, and mounts what that kind needs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from demo import certs
from support.servers.devbao import DevBao, dev_bao
from support.servers.issuing import Clock, CountingVault
from support.servers.valkey import Valkey
from vecgate.credentials.kinds import Means
from vecgate.credentials.leases import Leases
from vecgate.credentials.vouching import GATEWAY_NAME
from vecgate.dialects import ways
from vecgate.domain.lease import Material
from vecgate.domain.principal import Principal
from vecgate.settings import file as settings_file
from vecgate.settings.file import Settings
from vecgate.state.store import Store
from vecgate.vault.own_token import OwnToken

AUDIENCE = "https://store.test"
UPSTREAM = "docs"


@dataclass
class Case:
    """One kind, set up. What it knows of its database is asked by these; None: nobody is there to be asked.

    `secrets`: what of a credential must never be seen anywhere. `works`: whether the database takes it, now.
    `ends`: when it ends by itself, as it says. `left`: what of everybody's is there still. `away`: while its source is
    not there, for a kind whose source is not the store.
    """

    kind: str
    dialect: str
    credential: dict[str, Any]
    secrets: Callable[[Material], tuple[str, ...]]
    works: Callable[[Material], bool] | None = None
    ends: Callable[[Material], float] | None = None
    left: Callable[[], int] | None = None
    away: Callable[[], AbstractContextManager[None]] | None = None
    url: str = "https://db.test:9999"
    ca: str | None = None
    port: int = 0


@dataclass
class Vouching:
    """The store, as its administrator has it, and files that a gateway logs in with."""

    bao: DevBao
    folder: Path
    valkey: Valkey
    _policies: dict[str, list[str]] = field(default_factory=dict)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.bao.call(method, path, body)

    def person(self, user: str) -> str:
        """A token of the store's for a person, as the gateway gets one for them."""
        key, now = (self.folder / "vouch.key").read_text(), int(time.time())
        said = {
            "iss": "vecgate",
            "aud": AUDIENCE,
            "sub": f"subject-of-{user}",
            "user": user,
            "iat": now,
            "exp": now + 60,
        }
        body = {"role": "vecgate-person", "jwt": jwt.encode(said, key, "ES256")}
        return str(self.call("POST", "auth/vecgate/login", body)["auth"]["client_token"])

    def permit(self, who: str, path: str, *capabilities: str) -> None:
        """Let `person`, `lookups` (the gateway's own vouched login) or `gateway` (its own token) do that."""
        words = ", ".join(f'"{one}"' for one in capabilities)
        self._policies.setdefault(who, []).append(f'path "{path}" {{ capabilities = [{words}] }}')
        self.call("PUT", f"sys/policies/acl/{who}", {"policy": "\n".join(self._policies[who])})

    def set_up(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certs.write_private(self.folder / "vouch.key", certs.key_pem(key))
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
        for path, kind in (("auth/vecgate", "jwt"), ("auth/approle", "approle")):
            self.call("POST", f"sys/{path}", {"type": kind})
        trust = {"jwt_validation_pubkeys": [public], "bound_issuer": "vecgate"}
        self.call("POST", "auth/vecgate/config", trust)
        role = {
            "role_type": "jwt", "bound_audiences": [AUDIENCE], "user_claim": "user", "token_type": "batch",
            "token_ttl": "15m", "token_no_default_policy": True, "claim_mappings": {"sub": "caller"},
        }  # fmt: skip
        self.call("POST", "auth/vecgate/role/vecgate-person", role | {"token_policies": ["person"]})
        own = {"token_policies": ["lookups"], "bound_subject": GATEWAY_NAME}
        self.call("POST", "auth/vecgate/role/vecgate-gateway", role | own)
        self.call("POST", "auth/approle/role/vecgate", {"token_policies": ["gateway"], "token_ttl": "20m"})
        half = "auth/approle/role/vecgate"
        (self.folder / "role-id").write_text(self.call("GET", f"{half}/role-id")["data"]["role_id"])
        (self.folder / "secret-id").write_text(self.call("POST", f"{half}/secret-id", {})["data"]["secret_id"])

    def settings(self, case: Case, **more: Any) -> Settings:
        """A gateway's, before the case's database; `more` of the section of its credential."""
        tree = {
            "issuers": [{"issuer": "https://login.test", "audience": "vecgate"}],
            "upstreams": {
                UPSTREAM: {
                    "dialect": case.dialect,
                    "url": case.url,
                    "ca": case.ca,
                    "hosts": ["db.test"],
                    "credential": {"kind": case.kind, **case.credential, **more},
                }
            },
            "policies": str(self.folder),
            "vault": {
                "url": self.bao.url,
                "vouch": {"key_file": str(self.folder / "vouch.key"), "audience": AUDIENCE},
                "role_id_file": str(self.folder / "role-id"),
                "secret_id_file": str(self.folder / "secret-id"),
            },
            "state": {"url": self.valkey.url},
            "recording": {"folder": str(self.folder / "recordings")},
            "listen": {"certificate_folder": str(self.folder)},
        }
        path = self.folder / f"settings-{case.kind}.yaml"
        path.write_text(yaml.safe_dump(tree), "utf-8")
        return settings_file.load(path)


@contextmanager
def vouching(folder: Path) -> Iterator[Vouching]:
    """The store, set up, gone at the end."""
    state = folder / "v"
    state.mkdir()
    valkey = Valkey(state)
    with dev_bao(folder) as bao:
        valkey.start()
        try:
            made = Vouching(bao, folder, valkey)
            made.set_up()
            yield made
        finally:
            valkey.kill()


@dataclass
class Trying:
    """A gateway's credentials before one case, with a clock that can be put forward."""

    case: Case
    clock: Clock
    vault: CountingVault
    leases: Leases
    means: Means

    def caller(self, who: str, seconds: float = 3600) -> Principal:
        return Principal("https://login.test", f"subject-of-{who}", who, frozenset(), self.clock() + seconds)

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait for what is done in the background."""
        for _ in range(400):
            if await asyncio.to_thread(so):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it does not come")

    async def nothing_out(self) -> None:
        """Wait until the book is empty."""
        for _ in range(400):
            if await self.leases.book.all() == []:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("something is out still")


@asynccontextmanager
async def trying(store: Vouching, case: Case, **more: Any) -> AsyncIterator[Trying]:
    """It, opened and closed."""
    told, clock = store.settings(case, **more), Clock()
    async with AsyncExitStack() as opened:
        vault = await opened.enter_async_context(CountingVault(told.vault.url, None, 20))
        own = OwnToken(vault, told.vault, time.time)
        opened.push_async_callback(own.close)
        state = Store(told.state)
        await state.open()
        opened.push_async_callback(state.close)
        means = Means(vault, own, state, clock)
        leases = Leases(means, told, ways(told.upstreams))
        opened.push_async_callback(leases.close)
        leases._voucher._now = time.time  # the store looks at the real time
        yield Trying(case, clock, vault, leases, means)


def values(material: Material) -> tuple[str, ...]:
    """What goes into headers, whole and without the word before it."""
    pairs: Mapping[str, str] = dict(material.pairs)  # type: ignore[union-attr]
    return tuple({part for value in pairs.values() for part in (value, value.rpartition(" ")[2])})
