"""What may one reader see of a recorded exchange? What is in the record, which is masked, under their own mask besides.

A CALL has `exchange`, `session`, `at`, `user`, `client`, `upstream`, `operation`, `kind`, `collections`, `effect`,
`rule`, `policy`, `outcome`, `refused` (in words), `status`, `records`, `masked` and `approved` (in words), `grant` (its
id), `events` (their codes), `method`, `path` and `query`; of a replay `body` and `answer`: what is long is cut, and
says so.

A rule that denies `sessions_read` hides each call that it is about, by its collections; and every call that it may be
about, where that cannot be told: the call names none, or by a name that is masked in the record, and what it turns on
besides (tenants, conditions) is not recorded. Of a call for the gateway itself that names none it hides the bodies.
"""

from dataclasses import dataclass
from typing import Any, Final

from vecgate.api.own import Reading
from vecgate.approvals.glimpse import glimpse
from vecgate.domain.call import Json
from vecgate.domain.decision import Effect
from vecgate.domain.kinds import SESSIONS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import COLLECTIONS
from vecgate.recording import summary
from vecgate.recording.read import Conversation, Summary
from vecgate.refusals.errors import MaskRefused

#: So much is shown of one body, in bytes.
LONGEST: Final = 20_000
_NOT_RECORDED: Final = frozenset({"tenants", "databases"})
#: How what is masked in a record looks.
_MARKS: Final = ("<", "***")
_OWN: Final = "/.vecgate/"
_WITHHELD: Final = "(your mask withholds it)"
_KEPT: Final = "(a rule keeps it from you)"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads what was recorded, under a mask profile."""

    policies: PolicySet
    reading: Reading
    principal: Principal
    profile: MaskProfile

    def may_see(self, talk: Conversation) -> bool:
        """Whether no rule keeps it from them; of a call for the gateway itself, which names none, its bodies alone."""
        return not self._hides(talk) or (_is_own(talk) and not _collections(talk))

    def _hides(self, talk: Conversation) -> bool:
        upstream, names = str(talk.get("upstream") or ""), _collections(talk)
        call = Operation("vecgate", "sessions", SESSIONS, 3, collections=names)
        rules = self.policies.rules
        return any(one.effect is Effect.DENY and self._may_be_about(one, call, upstream) for one in rules)

    def _may_be_about(self, rule: CompiledRule, call: Operation, upstream: str) -> bool:
        names = call.collections
        unknown = {*_NOT_RECORDED, *(() if upstream else ("upstreams",))}
        unknown |= {COLLECTIONS} if not names or any(mark in name for name in names for mark in _MARKS) else set()
        checks = (check for check in rule.checks if check.about not in unknown)
        return SESSIONS in rule.kinds and all(check.test(self.principal, call, upstream) for check in checks)

    async def shown(self, row: Summary, talk: Conversation) -> dict[str, Json]:
        """A CALL, with its bodies. Raises MaskFailed or Unavailable('masker')."""
        if self._hides(talk):
            return self.told(row, talk) | {"body": _KEPT, "answer": _KEPT}
        body = await self._masked(talk, _dict(talk.get("call")).get("body"))
        answer = await self._masked(talk, talk.get("answer"), answer=True)
        return self.told(row, talk) | {"body": body, "answer": answer}

    def told(self, row: Summary, talk: Conversation) -> dict[str, Json]:
        """A CALL without its bodies."""
        call, decision, operation = (_dict(talk.get(name)) for name in ("call", "decision", "operation"))
        grant = _dict(talk.get("grant"))
        return {
            "exchange": talk.exchange,
            "session": row.session,
            "at": talk.entries[0].at,
            "user": summary.who(talk) if talk.get("who") else row.user,
            "client": str(talk.get("client") or row.client),
            "upstream": talk.get("upstream"),
            "operation": str(operation.get("name") or ""),
            "kind": str(operation.get("kind") or ""),
            "collections": [*_collections(talk)],
            "effect": str(decision.get("effect") or ""),
            "rule": str(decision.get("rule") or ""),
            "policy": str(decision.get("policy") or ""),
            "outcome": summary.outcome(talk),
            "refused": summary.refused(talk),
            "status": talk.get("status"),
            "records": talk.get("records"),
            "masked": summary.masked(talk),
            "approved": summary.approval(talk),
            "grant": str(grant.get("id") or ""),
            "events": [entry.code for entry in talk.entries],
            "method": str(call.get("method") or ""),
            "path": str(call.get("path") or ""),
            "query": call.get("query") or [],
        }

    async def _masked(self, talk: Conversation, tree: Json, *, answer: bool = False) -> Json:
        """A body as this reader may see it. Cut first: what is masked is masked in the record already."""
        tree = glimpse(tree, LONGEST)
        if tree is None or self.profile is RECORD_PROFILE or self.profile.masks_nothing:
            return tree
        try:
            shown, _ = await self.reading.masker.mask_tree(tree, self._surface(talk, answer), self.profile, spare=True)
        except MaskRefused:
            return _WITHHELD
        return shown

    def _surface(self, talk: Conversation, answer: bool) -> Surface:
        """What stands where; of a call for the gateway itself, and of a database that is gone, all is text."""
        operation = _dict(talk.get("operation"))
        dialect = self.reading.dialects.get(str(talk.get("upstream") or ""))
        if dialect is None or _is_own(talk):
            return _TEXT
        name, kind = str(operation.get("name") or ""), str(operation.get("kind") or "")
        return dialect.surface(Operation(dialect.name, name, kind, 0), answer)


_TEXT: Final = Surface()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_own(talk: Conversation) -> bool:
    return str(_dict(talk.get("call")).get("path") or "").startswith(_OWN)


def _collections(talk: Conversation) -> tuple[str, ...]:
    names = _dict(talk.get("operation")).get("collections")
    return tuple(map(str, names)) if isinstance(names, list) else ()
