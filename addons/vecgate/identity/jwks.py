"""Which keys does this document hold? A JWK Set (RFC 7517) -> the public keys that may prove a token.

A key is filed under its id *and* its algorithm, so a token can never choose how its key is used
(RFC 8725 section 3.1). What is not clearly a public signature key is left out: symmetric keys, private
keys, encryption keys, and an id that stands for two keys. A token without a key id (RFC 7515 section 4.1.4) can only
mean the one usable key there is: where there are two, with ids or without, none is filed under no id.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import jwt

from vecgate.domain.call import Json
from vecgate.parsing.strict_json import NotStrict, dump, parse

_RSA: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_ALGORITHMS: Final[Mapping[tuple[str, str], frozenset[str]]] = MappingProxyType(
    {
        ("RSA", ""): _RSA,
        ("EC", "P-256"): frozenset({"ES256"}),
        ("EC", "P-384"): frozenset({"ES384"}),
        ("EC", "P-521"): frozenset({"ES512"}),
        ("OKP", "Ed25519"): frozenset({"EdDSA"}),
    }
)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key for one algorithm. Two are equal when the issuer published the same JWK (`source`)."""

    key_id: str
    algorithm: str
    source: bytes = field(repr=False)
    public: jwt.PyJWK = field(repr=False, compare=False)


#: The id that a token without one has.
NO_ID: Final = ""

type Keyring = Mapping[tuple[str, str], Key]


def read(body: bytes, algorithms: Iterable[str]) -> Keyring:
    """The usable keys by (key id, algorithm), for the given algorithms. Raises NotStrict."""
    tree = parse(body)
    listed = tree.get("keys") if isinstance(tree, dict) else None
    if not isinstance(listed, list):
        raise NotStrict("no list 'keys'")
    wanted = frozenset(algorithms)
    found = {key for entry in listed for key in _usable(entry, wanted)}
    uses = Counter((key.key_id, key.algorithm) for key in found)
    ring = {(k.key_id, k.algorithm): k for k in found if k.key_id != NO_ID and uses[k.key_id, k.algorithm] == 1}
    if len({key.source for key in found}) == 1:
        ring |= {(NO_ID, key.algorithm): replace(key, key_id=NO_ID) for key in found}
    return ring


def _usable(entry: Json, wanted: frozenset[str]) -> Iterator[Key]:
    if not isinstance(entry, dict) or not _may_verify(entry):
        return
    key_id = entry.get("kid", NO_ID)
    if not isinstance(key_id, str) or ("kid" in entry and not key_id):
        return
    for algorithm in algorithms_of(entry) & wanted:
        try:
            public = jwt.PyJWK(entry, algorithm)
        except jwt.PyJWTError:
            continue
        yield Key(key_id, algorithm, dump(entry), public)


def _may_verify(entry: dict[str, Json]) -> bool:
    if "d" in entry:  # the private half: a key that everybody can read proves nothing
        return False
    operations = entry.get("key_ops", ["verify"])
    # The key of a SPIFFE bundle that signs tokens says so in a word of its own (SPIFFE trust domain and bundle, 4.2.2).
    return entry.get("use", "sig") in ("sig", "jwt-svid") and isinstance(operations, list) and "verify" in operations


def algorithms_of(entry: dict[str, Json]) -> frozenset[str]:
    """The algorithms that a key may be used with: asymmetric ones only."""
    kind, curve = entry.get("kty"), entry.get("crv", "")
    fitting = _ALGORITHMS.get((str(kind), str(curve)), frozenset())
    return fitting & {str(entry["alg"])} if "alg" in entry else fitting
