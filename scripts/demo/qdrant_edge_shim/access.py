"""Who may? Keys and JWTs, in the order and with the rights that the server gives them."""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import jwt

from demo.qdrant_edge_shim import reading
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import Bad, members, need

Right = Literal["read", "write", "describe", "schema", "global", "manage"]
_LEEWAY: Final = 30
#: What the server does not look at.
_UNCHECKED: Final = {f"verify_{claim}": False for claim in ("exp", "aud", "nbf", "iat", "sub", "jti")}
#: Of a token whose claims cannot be read, too: the other key is tried, and does not fit it.
_WRONG: Final = "InvalidSignature"
_NOTHING: Final = "Must provide an API key or an Authorization bearer token"
_INVALID: Final = "Invalid API key or JWT"
_STATEFUL: Final = "Invalid JWT, stateful validation failed"
#: Need no key.
OPEN: Final[frozenset[tuple[str, ...]]] = frozenset({(), ("healthz",), ("livez",), ("readyz",)})


@dataclass(frozen=True, slots=True)
class Access:
    """What one caller may: everything ('m'), everything to read ('r'), or some collections with 'r', 'rw' or 'prw'."""

    level: Literal["m", "r", "some"] = "m"
    collections: dict[str, str] = field(default_factory=dict)

    def sees(self, collection: str) -> bool:
        return self.level != "some" or collection in self.collections

    def check(self, right: Right, collection: str = "") -> None:
        """Raises Fault where the right is missing.

        'read' and 'write' are points; 'describe' and 'schema' the collection itself; 'global' and 'manage' the server.
        """
        if self.level == "m":
            return
        if self.level == "r":
            if right in ("write", "schema", "manage"):
                raise Fault.forbidden("Global manage access is required")
            return
        if right in ("global", "manage"):
            raise Fault.forbidden("Global access is required")
        has = self.collections.get(collection)
        if has is None:
            raise Fault.forbidden(f"Access to collection {collection} is required")
        if right in ("write", "schema") and has == "r":
            raise Fault.forbidden(f"Write access to collection {collection} is required")
        if right in ("describe", "schema") and has == "prw":
            raise Fault.forbidden(f"Only points access is allowed for collection {collection}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The server's keys. Without any it asks for none."""

    api_key: str = field(default="", repr=False)
    alt_api_key: str = field(default="", repr=False)
    read_only: str = field(default="", repr=False)
    rbac: bool = True

    def access(self, headers: Iterable[tuple[str, str]], rows: Callable[[str, list[tuple[str, Any]]], bool]) -> Access:
        """The caller's access; `rows` says whether a collection holds a row, for `value_exists`. Raises Fault."""
        if not (self.api_key or self.read_only):
            return Access()
        given = _given([*headers])
        if given is None:
            raise Fault(401, _NOTHING, "text")
        for key, access in ((self.api_key, Access()), (self.alt_api_key, Access()), (self.read_only, Access("r"))):
            if key and secrets.compare_digest(key.encode(), given.encode()):
                return access
        if not self.rbac or given.count(".") != 2:
            raise Fault(401, _INVALID, "text")
        return _of_claims(self._claims(given), rows)

    def _claims(self, token: str) -> dict[str, Any]:
        wrong = Fault(401, _INVALID, "text")
        for key in filter(None, (self.api_key, self.alt_api_key)):
            try:
                found: dict[str, Any] = jwt.decode(token, key, algorithms=["HS256"], options=_UNCHECKED)
            except jwt.InvalidSignatureError:
                wrong = Fault(403, _WRONG, "text")
            except jwt.PyJWTError:
                continue
            else:
                _check_time(found.get("exp"))
                return found
        raise wrong


def _check_time(until: Any) -> None:
    """`exp` as a whole number that fits; `nbf` is not looked at."""
    if until is None:
        return
    if type(until) is not int or not 0 <= until < 1 << 64:
        raise Fault(403, _WRONG, "text")
    if until + _LEEWAY < time.time():
        raise Fault(403, "ExpiredSignature", "text")


def _given(headers: list[tuple[str, str]]) -> str | None:
    """The first api-key, whatever it holds; else what follows `Bearer `."""
    for name, value in headers:
        if name.lower() == "api-key" and value.isascii():
            return value
    for name, value in headers:
        if name.lower() == "authorization" and value.startswith("Bearer "):
            return value.removeprefix("Bearer ")
    return None


def _of_claims(claims: dict[str, Any], rows: Callable[[str, list[tuple[str, Any]]], bool]) -> Access:
    try:
        exists = claims.get("value_exists")
        made = _of_access(claims["access"]) if "access" in claims else Access()  # without it: everything
        if exists is not None:
            _check_exists(exists, rows)
    except Bad:
        raise Fault(403, _WRONG, "text") from None
    return made


def _of_access(access: Any) -> Access:
    if access == "m":
        return Access()
    if access == "r":
        return Access("r")
    found: dict[str, str] = {}
    for n, one in enumerate(reading.sequence(access)):
        told = members(one, "CollectionAccess", ("collection", "access", "payload"), optional_tail=1, loose=True)
        if told.get("payload") is not None:
            what = "The 'payload' constraint is deprecated and should not be used"
            raise Fault(401, f"access[{n}].payload: {what}", "text")
        name, level = reading.string(need(told, "collection")), need(told, "access")
        if level not in ("r", "rw", "prw"):
            raise Bad(f"unknown variant `{level}`")
        if name in found:
            raise Fault(401, f"access[{n}].collection: Collection name should be unique", "text")
        found[name] = level
    return Access("some", found)


def _check_exists(value: Any, rows: Callable[[str, list[tuple[str, Any]]], bool]) -> None:
    told = members(value, "ValueExists", ("collection", "matches"), loose=True)
    pairs = [
        members(one, "PayloadConstraint", ("key", "value"), loose=True)
        for one in reading.sequence(need(told, "matches"))
    ]
    try:
        there = rows(
            reading.string(need(told, "collection")), [(need(one, "key"), need(one, "value")) for one in pairs]
        )
    except Fault:
        raise Fault(403, _STATEFUL, "text") from None
    if not there:
        raise Fault(401, _STATEFUL, "text")
