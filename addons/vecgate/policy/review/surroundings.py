"""What is known beside the policies when they are looked through: databases, logins, groups, collections, the time."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the policies: from the settings, and from the tests. Empty: nothing is."""

    upstreams: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    at: float | None = None  # what time it is
    collections: tuple[str, ...] = ()  # those there are
    there: Mapping[str, tuple[str, ...]] = MappingProxyType({})  # the same by database
    starts: bool = True  # whether clients ask for STARTING
    on_call: Mapping[str, bool] | None = None  # who is on call, by name, and whether anybody is now, or a webhook tells
    #: Databases that take no snapshots.
    keepless: tuple[str, ...] = ()
    #: By database: its dialect, and by guard the kinds of operation that are refused under it.
    unguarded: Mapping[str, tuple[str, Mapping[str, frozenset[str]]]] = MappingProxyType({})
    #: By database: its dialect, and the kinds of operation that it knows and cannot keep to rows.
    rowless: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType({})
