"""How does an API key of Pinecone come about? Through its admin API, on the token of a service account.

https://docs.pinecone.io/reference/api/2026-04/admin/create_api_key. A key has a role in its project, no end of its own,
and no index or namespace that it is kept to: what else was decided, the gateway itself sees to.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from vecgate.credentials.kinds._base import Login, Means
from vecgate.credentials.kinds.pinecone_key.options import Options
from vecgate.credentials.minted.admin import AdminApi, segment
from vecgate.credentials.minted.kind import MintedKind
from vecgate.credentials.minted.manager import Minted
from vecgate.credentials.minted.secret import Read
from vecgate.domain.lease import API_KEY, BEARER, Headers, Scope, Way
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import UpstreamSettings

_AUDIENCE: Final = "https://api.pinecone.io/"
#: A token of the service account is used for no longer than this part of its life.
_PART: Final = 0.8


class PineconeKey(MintedKind):
    """An API key of a Pinecone project, with one role."""

    name: ClassVar[str] = "pinecone_key"
    fits: ClassVar[frozenset[str] | None] = frozenset({"pinecone"})
    headers: ClassVar[Mapping[str, str]] = {"x-pinecone-api-version": "2026-04"}
    _options: Options

    def __init__(self, means: Means, upstream: UpstreamSettings, ways: Sequence[Way] = (API_KEY,)) -> None:
        super().__init__(means, upstream, ways)
        self._login = AdminApi(self._options.login_url, None, self._options.admin_ca, upstream.timeout, means.now)
        self._token: tuple[Read, Secret, float] | None = None

    def _counted_at(self, url: str) -> str:
        return f"{url} {self._options.project}"

    def keyed(self, scope: Scope) -> Scope:
        return Scope(scope.reach)

    async def close(self) -> None:
        await super().close()
        await self._login.close()

    async def minted(self, name: str, login: Login, ttl: float) -> Minted:
        said = await self._ask("POST", self._project, {"name": name, "roles": [login.role]})
        try:
            return Minted(str(said["key"]["id"]), API_KEY.shown(said["value"]))
        except (KeyError, TypeError, ValueError):
            raise Unavailable(Part.VAULT, "unreadable API key") from None

    async def found(self) -> Mapping[str, str]:
        said = await self._ask("GET", self._project)
        try:
            return {str(one["name"]): str(one["id"]) for one in said["data"]}
        except (KeyError, TypeError):
            raise Unavailable(Part.VAULT, "unreadable list of API keys") from None

    async def ended(self, name: str, reference: str) -> None:
        if not reference:  # names are not unique there, and only ids are deleted
            reference = (await self.found()).get(name, "")
        if reference:
            await self._ask("DELETE", f"/admin/api-keys/{segment(reference)}", fine=(404,))

    @property
    def _project(self) -> str:
        return f"/admin/projects/{self._options.project}/api-keys"

    async def _keys(self, secret: Read) -> Sequence[Headers]:
        if self._token is None or self._token[0] is not secret or time.monotonic() > self._token[2]:
            asked_at = time.monotonic()
            tree = {
                "grant_type": "client_credentials",
                "client_id": secret["client_id"].reveal(),
                "client_secret": secret["client_secret"].reveal(),
                "audience": _AUDIENCE,
            }
            status, said = await self._login.ask("POST", "/oauth/token", _NOTHING, tree, more=self.headers)
            self._token = (secret, *_token(status, said, asked_at))
        return [self.shown(secret, self._token[1].reveal())]

    def shown(self, secret: Read, password: str) -> Headers:
        return BEARER.shown(password)


#: A login shows no credential beside its body; a call of the gateway's has one in a header, so it has this.
_NOTHING: Final = Headers((("x-vecgate-login", "1"),))


def _token(status: int, said: Any, asked_at: float) -> tuple[Secret, float]:
    if status in (400, 401, 403):
        raise Unavailable(Part.VAULT, f"Pinecone does not take the gateway's service account ({status})")
    try:
        return Secret(str(said["access_token"])), asked_at + _PART * float(said["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise Unavailable(Part.VAULT, "unreadable token of a service account") from None
