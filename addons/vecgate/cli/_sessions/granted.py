"""Is a grant in a record proven? Signed as it was given, and used for what was signed, by whom, and as long.

Broken glass, and what a condition of the rule granted, nobody signs. Of those it must have been taken down that they
were taken, in whichever session; that the gateway wrote that, the MACs tell.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from vecgate.cli._sessions.proofs import Proofs
from vecgate.consent.enrolled import Unproven
from vecgate.consent.proof import FRESH
from vecgate.domain.grant import Terms
from vecgate.recording import heads, parts, read
from vecgate.recording.chain import Entry

_TERMS: Final = TypeAdapter(Terms)
_KIND: Final = "yes to access"
#: What a record of access repeats of what was signed.
_SAME: Final = ("rule", "reason", "ticket", "extends")
_AMOUNTS: Final = ("upstream", "seconds", "mask", "records", "opened")
#: So much later a call may go out than its time allows, in seconds: it was let pass before.
_LATE: Final = 60.0


class Granted:
    """The grants in the records of one session."""

    def __init__(self, folder: Path, session: str, proofs: Proofs) -> None:
        self._folder, self._session, self._proofs = folder, session, proofs

    def given(self, access: Mapping[str, Any]) -> None:
        """That it was agreed to, where a record of access says so. Raises Unproven."""
        votes = access.get("approvals")
        by = [vote.get("by") for vote in votes if isinstance(vote, dict)] if isinstance(votes, list) else []
        is_granted = access.get("state") == "granted"
        if _unasked(access) or not (is_granted or (access.get("state") == "pending" and by)):
            return
        about = {"vecgate": _KIND, "id": access.get("id"), **{name: access.get(name) for name in _SAME}}
        found = self._proofs.of(access, about | {"user": access.get("holder")}, by, whole=is_granted)
        if found and not _is_as(access, found[-1].said):
            raise Unproven("other terms were signed")

    def call(self, entry: Entry, grant: Mapping[str, Any]) -> None:
        """That a call was under it. Raises Unproven."""
        if _unasked(grant) and not grant.get("signed"):
            return self._taken(entry, grant)
        who = entry.body.get("who")
        login = who.get("key") if isinstance(who, dict) else None
        about = {"vecgate": _KIND, **{name: grant.get(name) for name in ("id", "rule", "reason")}, "login": login}
        found = self._proofs.of(grant, about, grant.get("by"))
        if not found:
            return None
        said, terms = found[-1].said, _terms(found[-1].said)
        if (why := _beyond(entry, terms)) or (why := _late(entry, said, terms, max(one.said["at"] for one in found))):
            raise Unproven(why)
        return None

    def _taken(self, entry: Entry, grant: Mapping[str, Any]) -> None:
        """That it was taken down when it was taken. Raises Unproven."""
        if not self._proofs.must:
            return
        who, known = entry.body.get("who"), self._unsigned.get(str(grant.get("id")))
        if known is None:
            if not self._elsewhere:
                raise Unproven("nobody signed it, and it is nowhere taken down that it was taken")
            return
        login = who.get("key") if isinstance(who, dict) else None
        session, access = known
        theirs = read.opening(read.parts_of(self._folder, session))[1].get("principal")
        if theirs != login or (grant.get("rule"), *_how(grant)) != (access.get("rule"), *_how(access)):
            raise Unproven("another one, or somebody else's, was taken down under that id")
        if entry.body.get("upstream") not in (None, access.get("upstream")):
            raise Unproven("it was taken for another database")

    @cached_property
    def _unsigned(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """What was taken without a yes, in all sessions of the folder: in which, and what is said of it."""
        found: dict[str, tuple[str, Mapping[str, Any]]] = {}
        for session, files in parts.all_in(self._folder).items():
            for _, _, line in read.lines(files):
                if b'"code":"access.' not in line or (entry := read.entry_in(line)) is None:
                    continue
                access = entry.body.get("access")
                if isinstance(access, dict) and access.get("state") == "granted" and _unasked(access):
                    found.setdefault(str(access.get("id")), (session, access))
        return found

    @cached_property
    def _elsewhere(self) -> bool:
        """Whether sessions, or parts of some, are kept elsewhere."""
        return any(head.archived for head in heads.load(self._folder)[0].values())


def _unasked(record: Mapping[str, Any]) -> bool:
    return bool(record.get("glass") or record.get("automatic"))


def _how(record: Mapping[str, Any]) -> tuple[str, str]:
    return str(record.get("glass") or ""), str(record.get("automatic") or "")


def _terms(said: Mapping[str, Any]) -> Terms:
    try:
        return _TERMS.validate_python(said.get("terms"))
    except ValidationError as e:
        raise Unproven("what is signed has no terms") from e


def _is_as(access: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    terms = _terms(said)
    lists = all([*getattr(terms, name)] == access.get(name) for name in ("operations", "collections"))
    return lists and all(getattr(terms, name) == access.get(name) for name in _AMOUNTS)


def _beyond(entry: Entry, terms: Terms) -> str:
    """What a call does that was not signed. Names of collections that are masked in the record tell nothing."""
    operation, upstream = entry.body.get("operation"), entry.body.get("upstream")
    if upstream not in (None, terms.upstream):
        return "it was signed for another database"
    if not isinstance(operation, dict):
        return ""
    if {operation.get("kind"), *operation.get("also", ())}.isdisjoint(terms.operations):
        return "it was signed for other operations"
    if operation.get("also"):  # of what it does besides, a rule may allow a part
        return ""
    names = operation.get("collections")
    known = [name for name in names if isinstance(name, str) and "<" not in name] if isinstance(names, list) else []
    return "" if all(map(terms.reaches, known)) else "it was signed for other collections"


def _late(entry: Entry, said: Mapping[str, Any], terms: Terms, signed: float) -> str:
    """Whether a call went out after all that was signed was over."""
    asking = said.get("asking")
    unused = asking["pending"] if isinstance(asking, dict) and asking.get("starts") == "first_use" else 0.0
    begins = max(signed + FRESH, float(said.get("begins", 0.0)), float(said.get("follows", 0.0)))
    at = datetime.fromisoformat(entry.at).timestamp()
    return "it was signed for an earlier time" if at > begins + unused + terms.seconds + _LATE else ""
