"""Under which version of the masking key do the marks and tokens lie that a database holds, and how many are nobody's?

The first records of each collection are looked at, as the gateway: a sample, and said so. A hash or a pseudonym tells
its version by two characters, so that one in a thousand of another's is taken for one of ours.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from vecgate import dialects
from vecgate.credentials.leases import Leases
from vecgate.dialects import Dialect
from vecgate.dialects.base.dialect import Ask
from vecgate.doctor.finding import Finding, ok, warning
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.operation import Operation
from vecgate.egress.upstreams import Registry
from vecgate.egress.wire import Wire
from vecgate.masking.apply.keys import FIRST, VaultKeys
from vecgate.masking.apply.marks import is_ours, marks
from vecgate.masking.apply.operators import token
from vecgate.parsing import strict_json
from vecgate.policy import load
from vecgate.refusals.errors import OutcomeUnknown, Part, PolicyError, Unavailable, VaultDenied
from vecgate.settings.file import Settings
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

MOST_COLLECTIONS: Final = 50
PAGE: Final = 100
#: Of one collection; and of the lists of a tenant.
MOST_PAGES: Final = 7
MOST_ANSWERS: Final = 200
SECONDS: Final = 20.0
_ANSWER: Final = 32 << 20
_OK: Final = 200
_NOT_THERE: Final = 404
_WILD: Final = re.compile(r"[*?{]")


@dataclass(slots=True)
class Seen:
    """What was looked at so far, and the marks in it by version; 0: of none that is known."""

    collections: int = 0
    records: int = 0
    whole: bool = True
    versions: Counter[int] = field(default_factory=Counter)


async def check(
    name: str, settings: Settings, client: VaultClient, own: OwnToken, leases: Leases, now: Callable[[], float]
) -> list[Finding]:
    """Needs the masking key, and a lease of the gateway's own; what is wrong with these is told elsewhere."""
    if settings.masking.key is None:
        return []
    keys, spec, seen = VaultKeys(client, own.get, settings.masking), settings.upstreams[name], Seen()
    wire, upstream = Wire(connections=1, answer_body=_ANSWER, now=now), Registry({name: spec}).get(name)
    dialect = dialects.load(spec.dialect)
    try:
        known, lease = await keys.given_out(), await leases.own(name)

        async def ask(call: Call) -> Answer:
            return await wire.send(wire.ticket(call, upstream, lease), call)

        async with asyncio.timeout(SECONDS):
            for tenant in await asyncio.to_thread(_tenants, settings, dialect):
                made = {version: await key.of((name, tenant)) for version, key in known.items()}
                with suppress(LookupError):
                    await _look(dialect, ask, tenant, seen, made)
    except TimeoutError:
        seen.whole = False
    except (Unavailable, VaultDenied, OutcomeUnknown, ValueError) as e:
        said = f"It cannot be told under which version of the masking key its marks lie ({e})."
        return [warning(name, said, "See what else is said about it; then run this again.")]
    finally:
        await wire.close()
    return list(_said(name, seen, settings.masking.key_version or FIRST))


def _tenants(settings: Settings, dialect: Dialect) -> list[str]:
    """The database's own default, and those that the policies name in full: no server lists them."""
    home, named = dialect.home[0], set[str]()
    if home:
        with suppress(PolicyError):  # told by the check of the policies
            for compiled in load(settings.policies.folder).rules:
                where = compiled.rule.where
                named |= set() if isinstance(where, str) else {one for one in where.tenants if not _WILD.search(one)}
    return [home, *sorted(named - {home})]


async def _look(dialect: Dialect, ask: Ask, tenant: str, seen: Seen, keys: Mapping[int, bytes]) -> None:
    listed = dialect.inventory(tenant)
    held = None if listed is None else await _run(listed, ask, lambda _call, _tree: None, MOST_ANSWERS)
    seen.whole &= held is not None
    for database, collection in held[0] if held else ():
        if seen.collections == MOST_COLLECTIONS:
            seen.whole = False
            return
        going = dialect.pages(tenant, database, collection, PAGE)
        with suppress(LookupError):  # gone meanwhile
            read = going and await _run(going, ask, partial(_note, dialect, seen, keys), MOST_PAGES)
            seen.whole &= read is not None
            seen.collections += 1


async def _run[T](
    going: Generator[Call, Json, T], ask: Ask, note: Callable[[Call, Json], None], most: int
) -> tuple[T] | None:
    """What it ends with; None where so many answers were not the end. Raises LookupError for what is not there."""
    try:
        call = next(going)
        for _ in range(most):
            answer = await ask(call)
            if answer.status == _NOT_THERE:
                raise LookupError
            if answer.status != _OK:
                raise Unavailable(Part.UPSTREAM, f"status {answer.status}")
            tree = strict_json.parse(answer.body)
            note(call, tree)
            call = going.send(tree)
    except StopIteration as e:
        return (e.value,)
    return None


def _note(dialect: Dialect, seen: Seen, keys: Mapping[int, bytes], call: Call, tree: Json) -> None:
    route = dialect.match(call).route
    seen.records += dialect.records(Operation(dialect.name, route.name, route.kind, route.danger), tree) or 0
    for text in _texts(tree):
        for start, end in marks(text):
            seen.versions[version_of(text[start:end], keys)] += 1


def _texts(tree: Json) -> Iterator[str]:
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            todo += [*node, *node.values()]


def version_of(mark: str, keys: Mapping[int, bytes]) -> int:
    """The version of the tenant's key that a mark or token was made under; 0: none of these."""
    return next((n for n, key in keys.items() if is_ours(mark, key) or token.is_ours(mark, key)), 0)


def _said(name: str, seen: Seen, pinned: int) -> Iterator[Finding]:
    """Marks of a later version than the one marks are made under now are looked for by nobody here."""
    found, sample = seen.versions, "all" if seen.whole else "not all"
    of = f"Of {seen.records} records in {seen.collections} collections ({sample} there are)"
    if not found:
        yield ok(name, f"{of} none holds a mark of the masking key.")
        return
    if lie := [f"{found[version]} under version {version}" for version in sorted(found) if version]:
        yield ok(name, f"{of}, marks lie there: {', '.join(lie)}.")
    if later := [version for version in sorted(found) if version > pinned]:
        said = f"Marks lie there under {_versions(later)}, but they are made, and looked for, under version {pinned}."
        yield warning(name, said, f"Set masking.key_version to {max(later)} here, too: another gateway has moved on.")
    if found[0]:
        said = f"{of}, {found[0]} marks are of no version that is given out: nobody finds or opens what they stand for."
        todo = "Lower min_decryption_version of the key, or write that data anew; a mark that was typed counts, too."
        yield warning(name, said, todo)


def _versions(which: list[int]) -> str:
    return f"version{'s' if len(which) > 1 else ''} {', '.join(map(str, which))}"
