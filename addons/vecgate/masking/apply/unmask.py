"""How does a token become a value again? It is opened under its tenant's key; a profile says what of it is shown.

A value whose entity the profile keeps is shown; any other one is put
through its operator, as in an answer. One token that was not made here, and nothing is opened.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.domain.call import Json
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.tenant import Tenant
from vecgate.masking.apply.keys import Keys
from vecgate.masking.apply.operators import build, fresh
from vecgate.masking.apply.operators._base import Block, Operator
from vecgate.masking.apply.operators.token import TOKEN, opened
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskRefused

MOST_TEXTS: Final = 1000
MOST_TOKENS: Final = 1000
#: So many rotations of the key ago a token may have been made.
OLDEST: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be opened. `tokens`: each once, in the order in which they stand."""

    tenant: str
    texts: tuple[str, ...]
    tokens: tuple[str, ...]

    @property
    def kinds(self) -> Counter[str]:
        """How many tokens of each entity there are."""
        return Counter(entity for token in self.tokens for entity in TOKEN.findall(token)[0][:1])

    def __str__(self) -> str:
        return f"tokens ({_listed(self.kinds)}){self._of}"

    def under(self, profile: MaskProfile) -> str:
        """The same, and which of them a profile goes on to hide."""
        hidden = Counter({kind: n for kind, n in self.kinds.items() if profile.operator(kind).words.hides})
        shown = self.kinds - hidden
        rest = f"; {_listed(hidden)} stay masked" if hidden else ""
        return f"tokens ({_listed(shown)}){self._of}{rest}"

    @property
    def _of(self) -> str:
        return f" of tenant {self.tenant}" if self.tenant else ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is shown, and how many values of each entity were: as they are, and masked."""

    texts: tuple[str, ...]
    opened: Mapping[str, int]
    masked: Mapping[str, int]

    @property
    def told(self) -> dict[str, Json]:
        """What may be recorded of it: no value."""
        return {"opened": dict(self.opened), "masked": dict(self.masked)}

    @property
    def document(self) -> dict[str, Json]:
        """What the caller gets."""
        return {"texts": [*self.texts], **self.told}


def read(tree: Json, home: str = "") -> Asked:
    """What a request's body asks for; `home`: the tenant of who names none. Raises CallRefused."""
    if not isinstance(tree, dict) or not tree.keys() <= {"tenant", "texts"}:
        raise _unreadable("expected an object with texts and tenant")
    tenant, texts = tree.get("tenant", ""), tree.get("texts")
    if not isinstance(tenant, str) or not tenant.isprintable() or len(tenant) > 512:
        raise _unreadable("'tenant' must be one line of at most 512 characters")
    if not isinstance(texts, list) or not 0 < len(texts) <= MOST_TEXTS:
        raise _unreadable(f"'texts' must be a list of 1 to {MOST_TEXTS} texts")
    words = tuple(text for text in texts if isinstance(text, str))
    tokens = tuple(dict.fromkeys(found[0] for text in words for found in TOKEN.finditer(text)))
    if len(words) == len(texts) and not tokens:
        raise CallRefused(refuse("unmask.nothing"))
    if len(words) != len(texts) or len(tokens) > MOST_TOKENS:
        raise _unreadable(f"'texts' must be texts with 1 to {MOST_TOKENS} tokens in them")
    return Asked(tenant or home, words, tokens)


def _listed(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {entity}" for entity, count in sorted(kinds.items()))


def _unreadable(detail: str) -> CallRefused:
    return CallRefused(refuse("body.unreadable", cause="said", detail=detail))


class TokenOpener:
    """Opens tokens."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def text(self, text: str, tenant: Tenant) -> str:
        """A text with its tokens opened. Raises ValueError for one not made for this tenant, Unavailable."""
        values = {found[0]: await self.value(found[0], tenant) for found in TOKEN.finditer(text)}
        return TOKEN.sub(lambda found: values[found[0]], text)

    async def value(self, token: str, tenant: Tenant) -> str:
        """What a token stands for. Raises ValueError when it was not made for this tenant, Unavailable."""
        key: bytes | None = await self._keys.of(tenant)
        for steps in range(1, OLDEST + 1):
            if key is None:
                break
            try:
                return opened(token, key)
            except ValueError:
                key = await self._keys.older(tenant, steps)
        raise ValueError("this token was not made here")

    async def check(self, asked: Asked, tenant: Tenant, profile: MaskProfile, *, rule: str, held: bool) -> None:
        """Whether each can be opened, and, where somebody is to be asked, whether any would be shown.

        Raises CallRefused (`unmask.unknown`, `unmask.retired`, `unmask.masked`), Unavailable('masking key').
        """
        for number, token in enumerate(asked.tokens, 1):
            await self._known(token, number, tenant)
        if held and all(profile.operator(kind).words.hides for kind in asked.kinds):
            raise CallRefused(refuse("unmask.masked", rule=rule, kinds=_listed(asked.kinds)))

    async def open(self, asked: Asked, tenant: Tenant, profile: MaskProfile) -> Opened:
        """What is shown of the texts. Raises CallRefused (`unmask.unknown`), MaskRefused, Unavailable."""
        values = {token: await self._known(token, number, tenant) for number, token in enumerate(asked.tokens, 1)}
        painter = _Painter(profile, await self._keys.of(tenant))
        shown = {token: painter.shown(token, value) for token, value in values.items()}
        texts = tuple(TOKEN.sub(lambda found: shown[found[0]], text) for text in asked.texts)
        return Opened(texts, painter.opened, painter.masked)

    async def _known(self, token: str, number: int, tenant: Tenant) -> str:
        try:
            return await self.value(token, tenant)
        except ValueError as e:
            retired = self._keys.retired()
            code = "unmask.retired" if retired else "unmask.unknown"
            raise CallRefused(refuse(code, number=number, version=retired)) from e


class _Painter:
    """Shows values as a profile says, and counts."""

    def __init__(self, profile: MaskProfile, key: bytes) -> None:
        self._profile = profile
        self._key = key
        self._operators: dict[str, Operator] = {}
        self.opened: Counter[str] = Counter()
        self.masked: Counter[str] = Counter()

    def shown(self, token: str, value: str) -> str:
        entity = TOKEN.findall(token)[0][0]
        spec = self._profile.operator(entity)
        if spec.name == "keep":
            self.opened[entity] += 1
            return value
        if entity not in self._operators:
            self._operators[entity] = fresh(build(spec, self._key))
        self.masked[entity] += 1
        shown = self._operators[entity](value, entity)
        if isinstance(shown, Block):
            raise MaskRefused("mask.blocked")
        return shown if isinstance(shown, str) else ""
