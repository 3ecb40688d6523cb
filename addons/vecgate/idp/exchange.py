"""What does an agent get that comes with a person's token and its own? One token, for one database, for minutes.

RFC 8693: the person stays `sub`, the agent is `act`. Its scope is what the person's token, the agent's and the settings
all allow, and what was asked for; nothing of that is a no. What came out of an exchange goes into none. An agent whose
token is bound to a key proves to hold it (DPoP, RFC 9449), and what it gets is bound to the same.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from vecgate.domain.people import behind, folded
from vecgate.domain.principal import Principal, Secret
from vecgate.identity import bound
from vecgate.identity.bound import Sent
from vecgate.identity.verifier import Verifier
from vecgate.idp.kept import Kept
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

    def __init__(self, told: LoginSettings, tokens: Tokens, kept: Kept, now: Callable[[], float]) -> None:
        self._all, self._told, self._tokens, self._kept, self._now = told, told.exchange, tokens, kept, now
        agents = [one for each in (told.exchange.agents if told.exchange else ()) for one in each.each()]
        self._issuers = {one.issuer: one for one in agents}
        self._agents = Verifier(agents, now=now) if agents else None

    async def open(self) -> None:
        if self._agents:
            await self._agents.open()

    async def close(self) -> None:
        if self._agents:
            await self._agents.close()

    async def exchanged(self, form: Mapping[str, str], sent: Sent) -> dict[str, Any]:
        """The answer of the token endpoint; `sent`: how the question came."""
        database, told = self._asked(form), self._told
        person = await self._tokens.given(form.get("subject_token", ""))
        if told is None or "act" in person.claims:
            raise NotGranted("invalid_request", "an agent's token is not exchanged once more")
        agent, key = await self._agent(form.get("actor_token", ""), sent)
        if agent.upstreams is not None and database not in agent.upstreams:
            raise NotGranted("invalid_target", "the agent's token is for other databases than 'audience' names")
        if folded(person.login.user) in behind(agent) | {folded(agent.subject)}:
            raise NotGranted("invalid_request", "nobody acts for themselves")
        scope = self._scope(str(person.claims.get("scope", "")), agent, form.get("scope"))
        left = min(told.seconds, min(agent.expires_at, person.claims["exp"]) - self._now())
        named = {"act": {"sub": agent.subject, "iss": agent.issuer}, "upstream": database, **key}
        token, life = await self._tokens.signed(person.login, person.sid, agent.user, scope, left, **named)
        return {
            "access_token": token,
            "issued_token_type": _ACCESS,
            "token_type": "DPoP" if key else "Bearer",
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

    async def _agent(self, token: str, sent: Sent) -> tuple[Principal, dict[str, Any]]:
        """The agent, and what binds what it gets to the key that it holds; empty: its own token is bound to none."""
        try:
            found = await self._agents.check(Secret(token)) if self._agents else None
            if found is None or "act" in found.claims:
                raise NotGranted("invalid_grant", "the agent's token is already somebody else's")
            if not found.proof:
                return found, {}
            _, used = bound.prove(found, Secret(token), sent, self._issuers[found.issuer], self._now())
        except TokenInvalid as e:
            error = "invalid_dpop_proof" if e.code == "identity.proof" else "invalid_grant"
            raise NotGranted(error, f"the agent's token: {e}") from None
        if used is None or not await self._kept.new("proof", used.mark, {}, used.seconds):
            raise NotGranted("invalid_dpop_proof", "the agent's token: its proof was used before")
        return found, {"cnf": {"jkt": found.claims["cnf"]["jkt"]}}

    def _scope(self, persons: str, agent: Principal, asked: str | None) -> str:
        told = self._told
        allowed = set(persons.split()) & set((told and told.scopes) or self._all.scopes)
        if self._issuers[agent.issuer].scopes:  # in a claim of its own: what else the token says counts for nothing
            allowed &= agent.scope or set()
        elif "scope" in agent.claims:
            said = agent.claims["scope"]
            allowed &= set(said.split()) if isinstance(said, str) else set()
        if asked is not None:
            allowed &= set(asked.split())
        if not allowed:
            raise NotGranted("invalid_scope", "person, agent and settings have no scope in common that was asked for")
        return " ".join(one for one in self._all.scopes if one in allowed)
