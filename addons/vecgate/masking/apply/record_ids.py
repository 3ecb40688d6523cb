"""As what is a record's id shown that is personal? As a token, `<RECORD#...>`, which comes back as that very id.

An id that were masked as text is would reach no record, and two records could have one. A token is the id itself,
encrypted (AES-256-GCM-SIV, RFC 8452) under a key of the tenant and the collection: the same id gives the same token at
every worker, and a token is opened in requests about that collection only, where ids stand and where filters compare.
It is never opened in what is stored for people to read: copied there, it would tell what it stands for.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from vecgate.domain.call import Json
from vecgate.domain.inlets import Condition, Each, Inlets, cut, paste
from vecgate.domain.tenant import Tenant
from vecgate.masking.apply.keys import Keys
from vecgate.masking.apply.unmask import OLDEST
from vecgate.masking.derived import derived
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: What every such token holds, and little else does: whether a body has any is told at once.
HINT: Final = "<RECORD#"
_TOKEN: Final = re.compile(r"<RECORD#([A-Za-z0-9_-]{22,})>")
_NONCE: Final = bytes(12)
#: Conditions that ask with an id as it is: clients read pages by what comes after the last one that they were shown.
_OPENED: Final = frozenset({"equal", "order"})
_LONGEST: Final = 128  # of those that follow
# Ids that were drawn, counted or computed: UUIDs of any version, digests, ULIDs, nanoids, numbers that are no card's.
_RANDOM: Final = re.compile(
    r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"
    r"|[0-9a-f]{16,128}|[0-9A-F]{24,128}"
    r"|[0-7][0-9A-HJKMNP-TV-Z]{25}"
    r"|(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{21}"
    r"|[0-9]{1,13}|[01789][0-9]{13,15}|[0-9]{17,20}"
)

type Tree = dict[str, Json]


def is_random(name: str) -> bool:
    """Whether an id is one that says nothing about anybody, by its form."""
    if len(name) > _LONGEST or _RANDOM.fullmatch(name) is None:
        return False
    return not (name.isdigit() and 14 <= len(name) <= 16 and name[0] not in "01789")


def _cipher(key: bytes, collection: str) -> AESGCMSIV:
    return AESGCMSIV(derived(key, "record id", collection))


def token(name: str, key: bytes, collection: str) -> str:
    """What is shown of an id of that collection."""
    sealed = _cipher(key, collection).encrypt(_NONCE, name.encode("utf-8", "surrogatepass"), None)
    return f"<RECORD#{urlsafe_b64encode(sealed).decode().rstrip('=')}>"


def opened(shown: str, key: bytes, collection: str) -> str:
    """The id that a token stands for. Raises ValueError for one that was not made here, for this collection."""
    found = _TOKEN.fullmatch(shown)
    if found is None:
        raise ValueError("not a token")
    try:
        sealed = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
        return _cipher(key, collection).decrypt(_NONCE, sealed, None).decode("utf-8", "surrogatepass")
    except (InvalidTag, ValueError) as e:
        raise ValueError("this token was not made here") from e


class RecordIds:
    """Opens the tokens of ids in requests."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def open(
        self, tree: Tree, inlets: Inlets, rewritten: Callable[[Tree, Each], Tree], tenant: Tenant, collection: str
    ) -> Tree:
        """The body with the ids that its tokens stand for, where records are named and compared.

        Raises CallRefused (`input.id`; or as `rewritten`, for a filter that cannot be read), Unavailable.
        """
        places: dict[str, str] = {}
        names = cut(tree, inlets.names)
        _note(names, "", places)

        def note(condition: Condition) -> Json:
            if condition.how in _OPENED and is_token(condition.value):
                places.setdefault(str(condition.value), condition.at)
            return condition.value

        rewritten(tree, note)
        if not places:
            return tree
        values = {shown: await self.one(shown, at, tenant, collection) for shown, at in places.items()}
        if names is not None:
            pasted = paste(tree, inlets.names, _replaced(names, values))
            tree = pasted if isinstance(pasted, dict) else tree
        return rewritten(
            tree, lambda condition: _replaced(condition.value, values) if condition.how in _OPENED else condition.value
        )

    async def one(self, shown: str, at: str, tenant: Tenant, collection: str) -> str:
        """The id that a token stands for, which stands at that place. Raises CallRefused (`input.id`), Unavailable."""
        key: bytes | None = await self._keys.of(tenant)
        for steps in range(1, OLDEST + 1):
            if key is None:
                break
            try:
                return opened(shown, key, collection)
            except ValueError:
                key = await self._keys.older(tenant, steps)
        raise CallRefused(refuse("input.id", where=at))


def is_token(value: object) -> bool:
    """Whether it looks like a token that stands for an id."""
    return isinstance(value, str) and value.startswith(HINT) and _TOKEN.fullmatch(value) is not None


def _note(node: Json, at: str, places: dict[str, str]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            _note(value, f"{at}.{key}" if at else key, places)
    elif isinstance(node, list):
        for i, item in enumerate(node):
            _note(item, f"{at}[{i}]", places)
    elif is_token(node):
        places.setdefault(str(node), at)


def _replaced(node: Json, values: dict[str, str]) -> Json:
    if isinstance(node, dict):
        return {key: _replaced(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(item, values) for item in node]
    return values.get(node, node) if isinstance(node, str) else node
