"""How is the grammar written down? schema.json and the tables of policies/README.md, made from the models."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.profiles import ENTITIES, operators
from vecgate.policy.language.approver_words import Approval, Later, Others, Reasons, Staged
from vecgate.policy.language.automatic_words import Amounts, Automatic
from vecgate.policy.language.deputy_words import Substitute
from vecgate.policy.language.guard_words import Asking, BreakGlass, Budgeted, Canary, Exempt
from vecgate.policy.language.model import (
    CollectionSet,
    Except,
    GoingIn,
    Limits,
    Owners,
    PolicyFile,
    Profile,
    Rule,
    Where,
    Who,
)
from vecgate.policy.language.times import Hours
from vecgate.policy.language.values import GROUPS
from vecgate.refusals.errors import PolicyError

_SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "file": PolicyFile,
    "rule": Rule,
    "who": Who,
    "where": Where,
    "inputs": GoingIn,
    "limits": Limits,
    "budget": Budgeted,
    "oracles": Exempt,
    "canaries": Canary,
    "approvers": Approval,
    "automatic": Automatic,
    "amounts": Amounts,
    "stages": Staged,
    "fallback": Others,
    "escalate": Later,
    "approvers reason": Reasons,
    "deputies": Substitute,
    "grant": Asking,
    "break glass": BreakGlass,
    "hours": Hours,
    "except": Except,
    "collections": CollectionSet,
    "owners": Owners,
    "mask profile": Profile,
}
_PART: Final = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy file."""
    made = PolicyFile.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "vecgate policy file"}
    return head | {key: value for key, value in made.items() if key != "title"}


def schema_text() -> str:
    """The content of schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _keys(model: type[BaseModel]) -> str:
    rows = [
        (f"`{field.alias or name}`", "yes" if field.is_required() else "", field.description or "")
        for name, field in model.model_fields.items()
    ]
    return _table(("key", "required", "meaning"), rows)


def _operations() -> str:
    kinds = {g: ", ".join(f"`{kind}`" for kind, group in OPERATION_KINDS.items() if group == g) for g in GROUPS}
    return _table(("group", "kinds"), [(f"`{group}`", listed) for group, listed in kinds.items()])


def _operators() -> str:
    rows = [
        (f"`{name}`", ", ".join(f"`{key}`{words.params[key]}" for key in sorted(words.params)))
        for name, words in operators().items()
    ]
    return _table(("operator", "parameters"), rows) + f"\nEntities: {', '.join(f'`{e}`' for e in ENTITIES)}.\n"


def parts() -> dict[str, str]:
    """Every generated part of the README, by its name."""
    return {name: _keys(model) for name, model in _SECTIONS.items()} | {
        "operations": _operations(),
        "operators": _operators(),
    }


def fill(readme: str) -> str:
    """The README with its generated parts made anew. Raises PolicyError when it lacks one or has an unknown one."""
    made = parts()
    found = [name for _, name, _ in _PART.findall(readme)]
    if sorted(found) != sorted(made):
        wrong = ", ".join(sorted(set(found) ^ set(made))) or "one twice"
        raise PolicyError([f"README.md: its generated parts are not those of the grammar: {wrong}"])
    return _PART.sub(lambda match: match[1] + made[match[2]] + match[3], readme)
