"""How are guards and grants written in a rule? Budgets, canaries, oracles, and what may be asked for: their grammar."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from vecgate.policy.language.strict import Part
from vecgate.policy.language.values import LastingText, RateText, RecordId, Word

_MOST_PLACES: Final = 6
_DAY: Final = 86400.0


def _scores(value: Any) -> Any:
    if value in ("keep", "drop"):
        return value
    places = value.get("round") if isinstance(value, dict) and len(value) == 1 else None
    if type(places) is not int or not 0 <= places <= _MOST_PLACES:
        raise ValueError(f"'scores' is keep, drop, or {{round: 2}} with 0 to {_MOST_PLACES} places")
    return places


_ROUND: Final = {
    "type": "object",
    "properties": {"round": {"type": "integer", "minimum": 0, "maximum": _MOST_PLACES}},
    "required": ["round"],
    "additionalProperties": False,
}
ScoresWord = Annotated[
    Literal["keep", "drop"] | int,
    PlainValidator(_scores),
    WithJsonSchema({"anyOf": [{"enum": ["keep", "drop"]}, _ROUND]}),
]


class Budgeted(Part):
    """How much one person may have in a time; what is used up is refused until the time is over."""

    records: RateText | None = Field(
        default=None, description="Different records: `500/day`. Exact up to 10,000, above that within some 2 %."
    )
    searches: RateText | None = Field(default=None, description="Searches: each vector of a call is one.")
    opened: RateText | None = Field(default=None, description="Tokens that are opened with `vecgate unmask`.")
    similar: RateText | None = Field(
        default=None, description="Searches whose vector lies near one of the person's last 256, but is another."
    )
    within: Annotated[float, Field(gt=0, le=0.5)] = Field(
        default=0.05, description="How near that is, as a cosine distance."
    )


def _named(text: str) -> str:
    if set(text) & set('*?[]{}!\\"') or not text.strip(". ") or text != text.strip() or ".." in text:
        said = (
            "Write each by itself, its keys with '.' between them and without places in lists, such as 'person.email'."
        )
        raise ValueError(f"'{text}' is no name of a field; a pattern would open fields that nobody thought of. {said}")
    return text


NamedField = Annotated[str, AfterValidator(_named), Field(max_length=256)]


class Exempt(Part):
    """Masked fields that may be asked for all the same, by name."""

    allow: tuple[NamedField, ...] = Field(
        min_length=1,
        max_length=256,
        description="Fields as `author` or `person.email`; in Chroma also `#document` and `#uri`. No patterns.",
    )


class Canary(Part):
    """Records that nobody has a reason to read. Who is given one is locked, and gets nothing of that answer."""

    ids: tuple[RecordId, ...] = Field(
        default=(), min_length=1, description="Ids of such records: texts, whole numbers, or UUIDs in any spelling."
    )
    mark: dict[Word, str | int | bool] = Field(
        default={},
        min_length=1,
        description="Or: metadata that such records have, all of it; `metadata.bait` is a field within one.",
    )


class BreakGlass(Part):
    """In an emergency one takes for oneself what the rule lists, at once, and answers for it afterwards."""

    review_within: LastingText = Field(
        description="How long after its end the rule's `approvers` may take to review it; then its holder is locked."
    )


class Asking(Part):
    """What may be asked for under a request rule, at most, and what asking takes."""

    longest: LastingText = Field(description="The longest time that can be asked for: `30min`, `8h`, `7d`.")
    masks: tuple[Word, ...] = Field(
        default=(), min_length=1, description="Mask profiles that can be asked for in place of the rule's `mask`."
    )
    records: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Most different records in all; given where no number is asked for."
    )
    opened: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Most tokens that are opened with `vecgate unmask`, in all."
    )
    starts: Literal["approval", "first_use"] = Field(
        default="approval", description="What its time runs from: the last yes (or `--from`), or the first use."
    )
    covers_holds: bool = Field(default=False, description="Whether what hold rules hold passes without another yes.")
    reason: Literal["required", "optional"] = Field(default="required", description="Whether it must be said why.")
    ticket: Literal["required", "optional"] = Field(
        default="optional", description="Whether a ticket's number must be named."
    )
    pending: LastingText = Field(
        default=_DAY, description="How long a request waits for its yes, and a granted one for its first use."
    )
    break_glass: BreakGlass | None = Field(
        default=None, description="Nobody is asked before: it is for emergencies, and `approvers` review it afterwards."
    )
