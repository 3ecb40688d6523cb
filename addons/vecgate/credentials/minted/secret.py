"""With what does the gateway come to a database's admin API? A secret in Vault/OpenBao's KV, never kept for long.

https://openbao.org/api-docs/secret/kv/kv-v2/. It is read again when it was refused: somebody may have put a new one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken, once_more

#: For how long a secret is used without being read again, in seconds.
GOOD_FOR: Final = 60.0
_UNREADABLE: Final = "unreadable secret of the database's administrator"


@dataclass(frozen=True, slots=True)
class Read:
    """One version of a secret: its fields, its number, when it was written (seconds since the epoch), and `others`.

    Those are what else somebody keeps there that is no text; it is written back as it was.
    """

    fields: Mapping[str, Secret]
    version: int
    since: float
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Secret:
        """A field. Raises Unavailable where the secret has none of that name."""
        try:
            return self.fields[name]
        except KeyError:
            raise Unavailable(Part.VAULT, f"the secret of the database's administrator has no {name!r}") from None


@dataclass(slots=True)
class AdminSecret:
    """The secret at one path of a KV engine, version 2. Clock: since the epoch. Raises Unavailable, VaultDenied."""

    vault: VaultClient
    own: OwnToken
    path: str
    now: Callable[[], float]
    _read: Read | None = None
    _until: float = field(default=0.0)

    async def get(self) -> Read:
        """What it is, as of a minute ago at most."""
        if self._read is None or self.now() >= self._until:
            tree = await self._call("GET", None)
            try:
                data, about = tree["data"]["data"], tree["data"]["metadata"]
                self._read = _read(dict(data), about)
            except (KeyError, TypeError, ValueError):
                raise Unavailable(Part.VAULT, _UNREADABLE) from None
            self._until = self.now() + GOOD_FOR
        return self._read

    def forget(self) -> None:
        """Read it again: it was refused."""
        self._read = None

    async def put(self, old: Read, changed: Mapping[str, str | None]) -> Read:
        """Write a next version, with fields changed (None: left out). Refused where somebody wrote one meanwhile."""
        texts = {**{name: one.reveal() for name, one in old.fields.items()}, **changed}
        data = {**old.others, **{name: one for name, one in texts.items() if one is not None}}
        tree = await self._call("POST", {"data": data, "options": {"cas": old.version}})
        self.forget()
        # Not read again: the next answer may be of a standby, which knows of a write a moment later.
        return _read(data, tree.get("data"))

    async def _call(self, method: str, body: dict[str, Any] | None) -> dict[str, Any]:
        return await once_more(
            self.own.get, self.own.forget, lambda token: self.vault.call(method, self.path, token=token, body=body)
        )


def _read(data: Mapping[str, Any], about: Any) -> Read:
    """With what KV says of its version. Raises Unavailable."""
    fields = {name: Secret(one) for name, one in data.items() if isinstance(one, str)}
    others = {name: one for name, one in data.items() if name not in fields}
    try:
        return Read(fields, int(about["version"]), datetime.fromisoformat(about["created_time"]).timestamp(), others)
    except (KeyError, TypeError, ValueError):
        raise Unavailable(Part.VAULT, _UNREADABLE) from None
