"""How much of a gateway is looked at? Only this much of each part: whoever watches knows none of them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from vecgate.domain.call import Answer, Call
from vecgate.domain.tenant import Tenant
from vecgate.settings.file import Settings


class _Version(Protocol):
    @property
    def version(self) -> str: ...


class _Policies(Protocol):
    @property
    def loaded(self) -> _Version | None: ...
    @property
    def problems(self) -> Sequence[str]: ...
    @property
    def current(self) -> _Version: ...


class _Board(Protocol):
    @property
    def waiting(self) -> int: ...


class _Live(Protocol):
    @property
    def count(self) -> int: ...


class _Access(Protocol):
    @property
    def live(self) -> _Live: ...


class _Guards(Protocol):
    @property
    def barred(self) -> _Live: ...


class _Notices(Protocol):
    @property
    def standing(self) -> Mapping[str, Mapping[str, Any]]: ...


class _Leases(Protocol):
    @property
    def count(self) -> int: ...
    async def try_word(self) -> None: ...


class _Recorder(Protocol):
    @property
    def count(self) -> int: ...
    def check(self) -> None: ...
    def free(self) -> int: ...


class _Workers(Protocol):
    @property
    def waiting(self) -> int: ...
    @property
    def pids(self) -> Sequence[int]: ...
    @property
    def restarts(self) -> int: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    def check(self) -> None: ...


class _Ingest(Protocol):
    @property
    def dropped(self) -> int: ...


class _Wire(Protocol):
    def peers_end(self) -> dict[str, float]: ...


class _Store(Protocol):
    async def check(self) -> None: ...


class _Verifier(Protocol):
    def look(self) -> Mapping[str, bool]: ...


class _Vault(Protocol):
    async def call(self, method: str, path: str) -> dict[str, Any]: ...


class _OwnToken(Protocol):
    async def get(self) -> object: ...


class _Keys(Protocol):
    async def of(self, tenant: Tenant) -> bytes: ...


class _Sealer(Protocol):
    async def new_key(self) -> object: ...


class _Upstream(Protocol):
    @property
    def name(self) -> str: ...


class _Dialect(Protocol):
    @property
    def alive(self) -> Call | None: ...


class _Versions(Protocol):
    async def look(self, name: str) -> None: ...


class _Masking(Protocol):
    @property
    def workers(self) -> _Workers: ...
    @property
    def ingest(self) -> _Ingest: ...
    @property
    def keys(self) -> _Keys: ...


class Watched(Protocol):
    """A gate, as far as it is watched. Parts are there once it is open; `held`: by exchange, when it came."""

    settings: Settings
    is_open: bool
    held: dict[str, float]
    at_the_door: Callable[[], tuple[int, int]]

    @property
    def policies(self) -> _Policies: ...
    @property
    def versions(self) -> _Versions: ...
    @property
    def board(self) -> _Board: ...
    @property
    def access(self) -> _Access: ...
    @property
    def guards(self) -> _Guards: ...
    @property
    def notices(self) -> _Notices: ...
    @property
    def leases(self) -> _Leases: ...
    @property
    def recorder(self) -> _Recorder: ...
    @property
    def masking(self) -> _Masking: ...
    @property
    def wire(self) -> _Wire: ...
    @property
    def store(self) -> _Store: ...
    @property
    def verifier(self) -> _Verifier: ...
    @property
    def vault(self) -> _Vault: ...
    @property
    def own_token(self) -> _OwnToken: ...
    @property
    def sealer(self) -> _Sealer: ...
    @property
    def registry(self) -> "_Registry": ...
    def dialect(self, upstream: Any) -> _Dialect: ...
    def ask(self, upstream: Any) -> Callable[[Call], Awaitable[Answer]]: ...


class _Registry(Protocol):
    def __iter__(self) -> Iterator[_Upstream]: ...
    def get(self, name: str) -> _Upstream: ...
