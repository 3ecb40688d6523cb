"""A masker that finds what is easy to find, without workers: e-mail addresses, and a few names."""

import re
from collections.abc import Sequence
from typing import Any, Final

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, MaskProfile, OperatorSpec
from vecgate.masking.apply.masker import Masker
from vecgate.masking.apply.operators import token
from vecgate.masking.apply.operators.token import TOKEN
from vecgate.masking.detect.texts import Text
from vecgate.masking.inputs.filters import Tools

KEY: Final = b"k" * 32
ADDRESS: Final = "ana@example.com"
NAME: Final = "Ana Ruiz"
_FOUND: Final = (("EMAIL", re.compile(r"[a-z.]+@[a-z]+\.com")), ("PERSON", re.compile(r"Ana Ruiz|Bo Li")))


class EasyWorkers:
    """Finds e-mail addresses and two names; identifiers are searched for addresses alone."""

    def remembered(self, text: Text) -> Sequence[Finding]:
        wanted = _FOUND[:1] if text.look == "patterns" else _FOUND
        return [Finding(*m.span(), entity, "easy") for entity, found in wanted for m in found.finditer(text.value)]


class OneKey:
    """The same key for everybody."""

    def __init__(self, key: bytes = KEY) -> None:
        self._key = key

    async def of(self, _tenant: Any) -> bytes:
        return self._key

    async def older(self, _tenant: Any, _steps: int) -> None:
        return None


async def opened(text: str) -> str:
    """A text with its tokens opened."""
    return TOKEN.sub(lambda found: token.opened(found[0], KEY), text)


def tools() -> Tools:
    """What a request is cleaned with."""
    workers: Any = EasyWorkers()
    keys: Any = OneKey()
    return Tools(Masker(workers, keys).mask_tree, opened)


def under(key: bytes) -> Any:
    """`mask` as it is under another key."""
    workers: Any = EasyWorkers()
    keys: Any = OneKey(key)
    return Masker(workers, keys).mask_tree


def profile(operator: str = "pseudonym", fields: dict[str, Any] | None = None, **entities: str) -> MaskProfile:
    """A profile with one operator for all entities but those named, and field policies."""
    specs = {entity: OperatorSpec(entities.get(entity, operator)) for entity in ENTITIES}
    return MaskProfile("test", specs, {glob: _spec(given) for glob, given in (fields or {}).items()})


def _spec(given: Any) -> OperatorSpec:
    return given if isinstance(given, OperatorSpec) else OperatorSpec(given)


async def shown(value: Any, using: MaskProfile, field: str = "") -> Any:
    """What is shown of a value, by itself or in a field of a record's metadata."""
    from vecgate.domain.surface import Surface

    tree = {"metadatas": [{field: value}]} if field else value
    masked, _ = await tools().mask(tree, Surface(), using)
    return masked["metadatas"][0][field] if field else masked  # type: ignore[index,call-overload]
