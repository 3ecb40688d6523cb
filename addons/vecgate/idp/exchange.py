"""What does an agent get that comes with a person's token and its own? One token, for one database, for minutes.

RFC 8693: the person stays `sub`, the agent is `act`. Its scope is what the person's token, the agent's and the settings
all allow, and what was asked for; nothing of that is a no. What came out of an exchange goes into none.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from vecgate.domain.principal import Principal, Secret
from vecgate.identity.verifier import Verifier
from vecgate.idp.tokens import NotGranted, Tokens
from vecgate.idp.told import LoginSettings
from vecgate.refusals.errors import TokenInvalid

GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS: Final = "urn:ietf:params:oauth:token-type:access_token"
_KINDS: Final = (_ACCESS, "urn:ietf:params:oauth:token-type:jwt")
_WORDS: Final = frozenset(
    ("grant_type", "client_id", "subject_token", "subject_token_type", "actor_token", "actor_token_type",
     "audience", "scope", "requested_token_type")
)  # fmt: skip


class Exchanges:
    """Raises NotGranted, and Unavailable for the state, the vault, or the keys of an agent's issuer."""

    def __init__(self, told: LoginSettings, tokens: Tokens, now: Callable[[], float]) -> None:
        self._all, self._told, self._tokens, self._now = told, told.exchange, tokens, now
        self._agents = Verifier(told.exchange.agents, now=now) if told.exchange else None

    async def open(self) -> None:
        if self._agents:
            await self._agents.open()

    async def close(self) -> None:
        if self._agents:
            await self._agents.close()

    async def exchanged(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint."""
        database, told = self._asked(form), self._told
        person = await self._tokens.given(form.get("subject_token", ""))
        if told is None or "act" in person.claims:
            raise NotGranted("invalid_request", "an agent's token is not exchanged once more")
        agent = await self._agent(form.get("actor_token", ""))
        if agent.user.casefold() == person.login.user.casefold():
            raise NotGranted("invalid_request", "nobody acts for themselves")
        scope = self._scope(str(person.claims.get("scope", "")), agent, form.get("scope"))
        left = min(told.seconds, min(agent.expires_at, person.claims["exp"]) - self._now())
        named = {"act": {"sub": agent.subject, "iss": agent.issuer}, "upstream": database}
        token, life = await self._tokens.signed(person.login, person.sid, agent.user, scope, left, **named)
        return {
            "access_token": token,
            "issued_token_type": _ACCESS,
            "token_type": "Bearer",
            "expires_in": life,
            "scope": scope,
        }

    def _asked(self, form: Mapping[str, str]) -> str:
        """The database that a token is asked for. Raises NotGranted."""
        if self._told is None:
            raise NotGranted("unsupported_grant_type", "tokens are not exchanged here")
        if unknown := sorted(set(form) - _WORDS):
            raise NotGranted("invalid_request", f"'{unknown[0][:40]}' is not understood")
        for name in ("subject_token_type", "actor_token_type"):
            if form.get(name) not in _KINDS:
                raise NotGranted("invalid_request", f"'{name}' must be an access token")
        if form.get("requested_token_type", _ACCESS) != _ACCESS:
            raise NotGranted("invalid_request", "only access tokens are given")
        database = form.get("audience", "")
        if database not in self._told.databases:
            raise NotGranted("invalid_target", "'audience' must name one database that tokens may be for")
        return database

    async def _agent(self, token: str) -> Principal:
        try:
            found = await self._agents.check(Secret(token)) if self._agents else None
        except TokenInvalid as e:
            raise NotGranted("invalid_grant", f"the agent's token: {e}") from None
        if found is None or "act" in found.claims:
            raise NotGranted("invalid_grant", "the agent's token is already somebody else's")
        return found

    def _scope(self, persons: str, agent: Principal, asked: str | None) -> str:
        told = self._told
        allowed = set(persons.split()) & set((told and told.scopes) or self._all.scopes)
        if "scope" in agent.claims:
            said = agent.claims["scope"]
            allowed &= set(said.split()) if isinstance(said, str) else set()
        if asked is not None:
            allowed &= set(asked.split())
        if not allowed:
            raise NotGranted("invalid_scope", "person, agent and settings have no scope in common that was asked for")
        return " ".join(one for one in self._all.scopes if one in allowed)
