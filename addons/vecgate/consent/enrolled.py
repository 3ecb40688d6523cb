"""Whose key is this? An enrolment names a person, their groups and their key, and carries its proof with it.

It is kept nowhere: whoever signs a decision brings it along, with the enrolments of those who signed it, down to keys
whose fingerprints stand in the settings. One such root key suffices; else it takes two enrolled people, and neither is
the one who is enrolled. So nothing that lies in a state or on a disk makes anybody an approver.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from vecgate.consent import keys
from vecgate.consent.kinds import NoPasskeys, Passkeys, Unreadable
from vecgate.domain.people import folded

if TYPE_CHECKING:  # desks sign, too, and have no settings
    from vecgate.settings.approvals import Approvals

#: What an enrolment says it is; and so many of them lie in each other at most.
KIND: Final = "enrolment"
_DEEPEST: Final = 4
_MOST_SIGNERS: Final = 4
#: The longest enrolment that is read, in characters.
LONGEST: Final = 12_000
_MEMBERS: Final = {"vecgate", "person", "user", "groups", "key", "until"}


class Unproven(ValueError):
    """It is not proven. The text says why, and holds nothing that was sent."""


def canonical(facts: Mapping[str, Any]) -> str:
    """The one text for what is signed."""
    return orjson.dumps(dict(facts), option=orjson.OPT_SORT_KEYS).decode()


def stated(text: str) -> dict[str, Any]:
    """The facts of such a text. Raises Unproven for one that is not the one text for its facts."""
    try:
        facts = orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError) as e:
        raise Unproven("what is signed cannot be read") from e
    if not isinstance(facts, dict) or canonical(facts) != text:
        raise Unproven("what is signed is not written as it must be")
    return facts


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person (`issuer#subject`), by name, with the groups they may decide for and their key; good `until`."""

    person: str
    user: str
    groups: frozenset[str]
    key: str
    until: float

    @classmethod
    def of(cls, text: str) -> "Enrolled":
        """What an enrolment says. Raises Unproven."""
        facts = stated(text)
        texts = [facts.get(name) for name in ("person", "user", "key")]
        groups, until = facts.get("groups"), facts.get("until")
        whole = facts.keys() == _MEMBERS and facts["vecgate"] == KIND and all(isinstance(t, str) and t for t in texts)
        if not whole or not isinstance(groups, list) or type(until) is not int or "#" not in str(facts["person"]):
            raise Unproven("the enrolment is none")
        return cls(str(texts[0]), str(texts[1]), frozenset(map(str, groups)), str(texts[2]), float(until))

    def statement(self) -> str:
        """What is signed to enrol them."""
        facts = {"vecgate": KIND, "person": self.person, "user": self.user, "groups": sorted(self.groups)}
        return canonical({**facts, "key": self.key, "until": int(self.until)})


class Roots:
    """Whose enrolments count, by these settings, and which passkeys."""

    def __init__(
        self,
        roots: Collection[str],
        revoked: Collection[str] = (),
        now: Callable[[], float] = time.time,
        passkeys: Passkeys = NoPasskeys(),  # noqa: B008  frozen
    ) -> None:
        self._roots, self._revoked, self._now = frozenset(roots), frozenset(revoked), now
        self._passkeys = passkeys

    @classmethod
    def of(cls, settings: "Approvals", now: Callable[[], float] = time.time) -> "Roots":
        """What the settings say."""
        return cls(settings.roots, settings.revoked, now, settings.passkeys)

    def check(self, key: str, text: str, signature: str) -> None:
        """Whether the text was signed with this key. Raises Unproven."""
        if why := keys.misfit(key, text, signature, self._passkeys):
            raise Unproven(why)

    def enrolled(self, document: Any, at: float | None = None, depth: int = 0) -> Enrolled:
        """Whom an enrolment enrols, as of a time. Raises Unproven."""
        if not isinstance(document, dict) or depth > _DEEPEST or not isinstance(document.get("statement"), str):
            raise Unproven("the enrolment is none, or lies too deep")
        found = Enrolled.of(document["statement"])
        self._counts(found.key)
        if (self._now() if at is None else at) >= found.until:
            raise Unproven("the enrolment has run out")
        signers = document.get("signatures")
        if not isinstance(signers, list) or len(signers) > _MOST_SIGNERS:
            raise Unproven("the enrolment is signed by nobody, or by too many")
        people = set[str]()
        for one in signers:
            person = self._signer(one, document["statement"], found, at, depth)
            if not person:
                return found  # a root
            people.add(person)
        if len(people) < 2:
            raise Unproven("the enrolment is signed neither by a root key nor by two enrolled people")
        return found

    def _signer(self, one: Any, statement: str, found: Enrolled, at: float | None, depth: int) -> str:
        """Who signed an enrolment, folded; empty: a root key did. Raises Unproven."""
        if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in ("key", "signature")):
            raise Unproven("a signature of the enrolment cannot be read")
        self._counts(one["key"])
        if why := keys.misfit(one["key"], statement, one["signature"], self._passkeys):
            raise Unproven(f"a signature of the enrolment does not count: {why}")
        if keys.fingerprint(one["key"]) in self._roots:
            return ""
        if one.get("enrolment") is None:
            raise Unproven("it is signed with a key that is no root, without that signer's own --enrolment")
        signer = self.enrolled(one.get("enrolment"), at, depth + 1)
        if signer.key != keys.plain(one["key"]):
            raise Unproven("an enrolment is signed with another key than its signer's")
        if folded(signer.person) == folded(found.person) or folded(signer.user) == folded(found.user):
            raise Unproven("nobody enrols themselves")
        return folded(signer.user)

    def _counts(self, key: str) -> None:
        try:
            if keys.fingerprint(key) not in self._revoked:
                return
        except Unreadable as e:
            raise Unproven("a key of the enrolment cannot be read") from e
        raise Unproven("a key of the enrolment is revoked")
