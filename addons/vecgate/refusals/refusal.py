"""What is one "no" (Refusal), and what is a row of the catalogue that makes it (Kind)?

The words of a row have `{name}` parts, which its caller fills in; what of them may be recorded is told here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

#: What became of a request that is refused. Rows that say it themselves begin like this.
NOTHING: Final = "nothing was"
UNSENT: Final = "Nothing was sent."
READ: Final = "It was sent and only reads, so nothing was changed."
DOUBTFUL: Final = "It was sent and may have been executed: check before you send it again."


@dataclass(frozen=True, slots=True)
class Refusal:
    """One "no", ready to be shown. `retry_after` is in whole seconds; nothing was sent, unless `sent` is said.

    `console`: where people open it, for a page to be linked. `nonce`: which the next proof must have.
    `facts`: what of its words may be recorded: numbers, and names that are the operator's own or the catalogue's.
    """

    code: str
    status: int
    what: str
    todo: str
    retry_after: int | None = None
    request_id: str | None = None
    console: str | None = None
    nonce: str | None = None
    facts: Mapping[str, int | float | str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.code}: {self.what} {self.todo}"

    def sent(self, *, reads: bool) -> "Refusal":
        """The same of a request that was sent, all of it or a part; `reads`: it changes nothing."""
        return replace(self, todo=self.todo.replace(UNSENT, READ if reads else DOUBTFUL))


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the catalogue; call it to make a Refusal. `instead` holds what to do where the cause is another one."""

    code: str
    status: int
    what: str
    todo: str
    retry_after: int | None = None
    instead: Mapping[str, str] = field(default_factory=dict)

    def __call__(
        self, *, retry_after: int | None = None, request_id: str | None = None, cause: str = "", **values: object
    ) -> Refusal:
        what, todo = self.what, self.instead[cause] if cause else self.todo
        fate = "" if NOTHING in f"{what} {todo}".lower() else f" {UNSENT}"
        return Refusal(
            code=self.code,
            status=self.status,
            what=what.format(**values),
            todo=todo.format(**values) + fate,
            retry_after=self.retry_after if retry_after is None else retry_after,
            request_id=request_id,
            facts=_facts({**values, "cause": cause}),
        )

    @property
    def is_about_rights(self) -> bool:
        """Whether it turns on who asks, without naming them itself."""
        return _RIGHTS.search(f"{self.what} {self.todo}") is not None and "{who}" not in self.what

    def told(self, facts: Mapping[str, object]) -> str:
        """What happened and what to do, with what is known of it."""
        todo = self.instead.get(str(facts.get("cause")), self.todo)
        return _FIELD.sub(lambda found: str(facts.get(found[1], "…")), f"{self.what} {todo}".strip())


#: Names of fields that hold words of the operator's (policies, settings) or of ours, never a caller's or of data.
_OURS: Final = frozenset(
    {"approvers", "asked", "cause", "groups", "id", "operation", "rule", "state", "step", "things", "upstream"}
)
_RIGHTS: Final = re.compile(
    r"[Rr]ules? '\{rule\}'|(?i:you may|not for you|yours|does not give you|only the person|not let)"
)
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


def _facts(values: Mapping[str, object]) -> dict[str, int | float | str]:
    found = dict[str, int | float | str]()
    for name, value in values.items():
        if isinstance(value, int | float) or (isinstance(value, str) and value and name in _OURS):
            found[name] = value
    return found
