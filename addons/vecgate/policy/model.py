"""What may a policy file say? The YAML's shape; the schema and the grammar tables are made from it.

Checks within one value are here. Checks between values (a hold needs approvers) are in `checks.py`,
so that both kinds are reported at once.
"""

import re
from typing import Annotated, Any, Final, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from vecgate.policy.words import unknown
from vecgate.profiles import (
    ENTITIES,
    FLAGS,
    LONGEST_LIST,
    NAMES,
    NUMBERS,
    OPERATORS,
    TEXTS,
    OperatorSpec,
    Sensitivity,
    Unserved,
    listed,
)
from vecgate.terms import OPERATION_KINDS, Rate

GROUPS: Final = tuple(dict.fromkeys(OPERATION_KINDS.values()))
OPERATIONS: Final = (*GROUPS, *OPERATION_KINDS, "*")
WORD: Final = "(word)"
MAP: Final = "(map)"
TAGS: Final = frozenset({WORD, MAP})

_RATE: Final = re.compile(r"([1-9][0-9]{0,8})/(s|min|h|day)")
_RATE_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0}
_WAIT: Final = re.compile(r"([1-9][0-9]{0,2})s")
_NAME: Final = r"[a-z0-9]+(-[a-z0-9]+)*"
LONGEST_WAIT: Final = 300


def parse_rate(text: str) -> Rate:
    """`60/min` as a Rate. Raises ValueError."""
    if not (found := _RATE.fullmatch(text)):
        raise ValueError(f"'{text}' is not a rate. Write it like '5/s', '60/min', '1000/h' or '5000/day'.")
    return Rate(requests=int(found[1]), seconds=_RATE_SECONDS[found[2]])


def parse_wait(text: str) -> float:
    """`20s` in seconds. Raises ValueError."""
    if not (found := _WAIT.fullmatch(text)) or int(found[1]) > LONGEST_WAIT:
        raise ValueError(f"'{text}' is not a wait. Write it like '20s', up to '{LONGEST_WAIT}s'.")
    return float(found[1])


def expand(operation: str) -> frozenset[str]:
    """The kinds a word of `operations` stands for; `*` is every known kind and never an unknown one."""
    if operation == "*":
        return frozenset(OPERATION_KINDS)
    return frozenset(kind for kind, group in OPERATION_KINDS.items() if operation in (kind, group))


def _name(text: str) -> str:
    if not re.fullmatch(_NAME, text) or len(text) > 64:
        raise ValueError(f"'{text}' is not a name. Use lower-case letters, digits and '-', up to 64 of them.")
    return text


def _word(text: str) -> str:
    if not text.strip():
        raise ValueError("an empty text matches nobody. Leave it out.")
    return text


def _glob(text: str) -> str:
    # In a deny rule a set like [ab] that is taken literally would match nothing and so let everything pass.
    if not text or set(text) & set("[]{}!\\"):
        raise ValueError(f"'{text}' is not a pattern. '*' stands for any text and '?' for one character; nothing else.")
    return text


def _operation(text: str) -> str:
    if text not in OPERATIONS:
        shown = f"{', '.join(GROUPS)}, '*', and each kind in them"
        raise ValueError(unknown("operation", text, OPERATIONS, shown))
    return text


def _claim(value: Any) -> tuple[str | int | bool, ...]:
    values = value if isinstance(value, tuple) else (value,)
    if not values or not all(isinstance(v, str | int | bool) for v in values):
        raise ValueError("a claim is compared with a text, a whole number or true/false, or a list of them")
    return values


def _operator(value: Any) -> OperatorSpec:
    params = {"operator": value} if isinstance(value, str) else value
    if not isinstance(params, dict) or not isinstance(params.get("operator"), str):
        raise ValueError("an operator is a word like 'replace', or {operator: partial, keep_last: 4}")  # noqa: TRY004 pydantic collects ValueError
    name = params["operator"]
    if name not in OPERATORS:
        raise ValueError(unknown("operator", name, OPERATORS))
    return OperatorSpec(name, {key: v for key, v in params.items() if key != "operator"})


def _entity(text: str) -> str:
    if text not in ENTITIES:
        raise ValueError(unknown("entity", text, ENTITIES))
    return text


def _issuers(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    if not values or not all(isinstance(v, str) and v.strip() for v in values):
        raise ValueError("an issuer is the text of its tokens' 'iss', or a list of such texts")
    return values


def _rate(value: Any) -> Rate:
    return parse_rate(str(value))


def _wait(value: Any) -> float:
    return parse_wait(str(value))


def _operator_schema() -> dict[str, Any]:
    shape: dict[str, Any] = {"operator": {"enum": list(OPERATORS)}}
    shape |= {name: {"type": "integer", "minimum": low, "maximum": high} for name, (low, high) in NUMBERS.items()}
    shape |= {name: {"type": "string", "minLength": low, "maxLength": high} for name, (low, high) in TEXTS.items()}
    shape |= {name: {"type": "boolean"} for name in sorted(FLAGS)}
    shape |= {name: {"enum": list(ENTITIES)} for name in sorted(NAMES)}
    long = {"type": "object", "properties": shape, "required": ["operator"], "additionalProperties": False}
    return {"anyOf": [{"enum": list(OPERATORS)}, long]}


_SCALAR: Final = {"type": ["string", "integer", "boolean"]}
Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{_NAME}$"})]
Word = Annotated[str, AfterValidator(_word)]
Glob = Annotated[str, AfterValidator(_glob)]
OperationWord = Annotated[str, AfterValidator(_operation), Field(json_schema_extra={"enum": list(OPERATIONS)})]
Entity = Annotated[str, AfterValidator(_entity), Field(json_schema_extra={"enum": list(ENTITIES)})]
Listed = Annotated[str, AfterValidator(listed)]
Texts = Annotated[tuple[Listed, ...], Field(min_length=1, max_length=LONGEST_LIST)]
Claim = Annotated[
    tuple[str | int | bool, ...],
    PlainValidator(_claim),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}),
]
Operator = Annotated[OperatorSpec, PlainValidator(_operator), WithJsonSchema(_operator_schema())]


Issuers = Annotated[
    tuple[str, ...],
    PlainValidator(_issuers),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
RateText = Annotated[Rate, PlainValidator(_rate), WithJsonSchema({"type": "string", "pattern": f"^{_RATE.pattern}$"})]
WaitText = Annotated[float, PlainValidator(_wait), WithJsonSchema({"type": "string", "pattern": f"^{_WAIT.pattern}$"})]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Who(_Part):
    """Whom a rule is about. All given criteria must hold; in a list one is enough."""

    groups: tuple[Word, ...] = Field(default=(), min_length=1, description="The caller is in one of these groups.")
    users: tuple[Word, ...] = Field(default=(), min_length=1, description="The caller is one of these users.")
    claims: dict[Word, Claim] = Field(
        default={}, min_length=1, description="Claims of the token and the value, or list of values, they may have."
    )
    except_groups: tuple[Word, ...] = Field(
        default=(), min_length=1, description="The caller is in none of these groups. Only in deny and hold rules."
    )


class Where(_Part):
    """What a rule is about. All given criteria must hold; in a list of patterns one is enough."""

    upstreams: tuple[Glob, ...] = Field(default=(), min_length=1, description="Databases, as the settings name them.")
    tenants: tuple[Glob, ...] = Field(default=(), min_length=1, description="Tenants inside the database.")
    databases: tuple[Glob, ...] = Field(default=(), min_length=1, description="Databases inside the tenant.")
    collections: tuple[Glob, ...] = Field(
        default=(), min_length=1, description="Collections. Allow: all that a call touches; deny and hold: any."
    )
    without_collection: Literal[True] | None = Field(
        default=None, description="Only calls that name no collection, such as listing, or wiping a database."
    )


def _shape(value: Any) -> str:
    return WORD if isinstance(value, str) else MAP


WhoOrAnyone = Annotated[Annotated[Literal["anyone"], Tag(WORD)] | Annotated[Who, Tag(MAP)], Discriminator(_shape)]
WhereOrAnywhere = Annotated[
    Annotated[Literal["anywhere"], Tag(WORD)] | Annotated[Where, Tag(MAP)], Discriminator(_shape)
]


class Limits(_Part):
    """How much one caller gets under a rule."""

    max_results: Annotated[int, Field(ge=1)] | None = Field(default=None, description="Most results of one call.")
    max_records: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Most records that one write, or one delete by ids, may name."
    )
    rate: RateText | None = Field(default=None, description="Most calls: `5/s`, `60/min`, `1000/h`, `5000/day`.")


class Approval(_Part):
    """Who may say yes to a held call. It is never the caller, whatever groups they are in."""

    groups: tuple[Word, ...] = Field(min_length=1, description="An approver is in one of these groups.")
    count: Annotated[int, Field(ge=1, le=10)] = Field(default=1, description="How many different people must say yes.")
    issuer: Issuers = Field(
        default=(), description="An approver logged in at this `iss`, or at one of a list; left out: at any."
    )


class Profile(_Part):
    """What becomes of personal data: an operator for each entity, and for whole fields."""

    default: Operator = Field(
        default=cast("OperatorSpec", "replace"),
        validate_default=True,
        description="Operator for all other entities; ORG, LOCATION, DATE and URL are kept unless listed.",
    )
    entities: dict[Entity, Operator] = Field(default={}, description="Operator for each kind of personal data.")
    fields: dict[Word, Operator] = Field(
        default={}, description="Operator for the whole value of a field, by a pattern of its path such as `*.email`."
    )
    sensitivity: Sensitivity = Field(
        default="normal", description="How readily a word is taken for personal: `low`, `normal` or `high`."
    )
    unserved: Unserved = Field(
        default="model",
        description="Text in a language no model serves: masked by the `model` there is, `redact` or `refuse` it.",
    )
    allow: Texts = Field(default=(), description="Texts that are never personal here, such as product names.")
    deny: dict[Entity, Texts] = Field(default={}, description="Texts that always are, by the entity they count as.")


class GoingIn(_Part):
    """What becomes of personal data in what a caller sends, before it is embedded, stored or searched."""

    payload: Literal["keep", "mask", "refuse"] = Field(
        default="keep", description="What is stored: documents, metadata, ids. `mask` it, or `refuse` the request."
    )
    query: Literal["keep", "mask", "refuse"] = Field(
        default="keep", description="What is searched for: query texts, and filters that look inside of texts."
    )
    filters: Literal["keep", "translate", "refuse"] = Field(
        default="keep",
        description="Values in filters: `translate` them into what is stored, or `refuse` those that `mask` hides.",
    )
    embeddings: Literal["keep", "refuse"] = Field(
        default="keep", description="Embeddings that clients made of text which `payload: mask` masks."
    )
    profile: Word | None = Field(
        default=None, description="Mask profile for what goes in; the one that what is stored was masked with."
    )


class Rule(_Part):
    """One sentence of a policy: who, where, which operations, and what then."""

    name: Name = Field(description="Names the rule in decisions, refusals and records; unique in the folder.")
    description: Word | None = Field(default=None, description="Why the rule is there.")
    who: WhoOrAnyone = Field(description="`anyone` (with a valid token), or criteria of *who*.")
    where: WhereOrAnywhere = Field(description="`anywhere`, or criteria of *where*.")
    operations: tuple[OperationWord, ...] = Field(
        min_length=1, description="Kinds of operation, groups of kinds, or `*` for every known kind."
    )
    effect: Literal["allow", "hold", "deny"] = Field(description="What then. Deny wins over hold, hold over allow.")
    mask: Word | None = Field(
        default=None, description="Mask profile for answers; for allow and hold. `unsafe-nothing` masks nothing."
    )
    vectors: bool = Field(default=False, description="Whether answers may carry embeddings.")
    inputs: GoingIn = Field(
        default=GoingIn(), description="Personal data on its way in; all of it is kept unless said."
    )
    limits: Limits = Field(default=Limits(), description="Limits of one caller under this rule.")
    approvers: Approval | None = Field(default=None, description="Who must say yes; required for hold, only for hold.")
    wait: WaitText | None = Field(default=None, description="How long a held call waits for a yes, such as `20s`.")


class PolicyFile(_Part):
    """One file of the policies folder."""

    version: Literal[1] = Field(description="Version of this grammar.")
    mask_profiles: dict[Name, Profile] = Field(default={}, description="Mask profiles, for every file to use.")
    rules: tuple[Rule, ...] = Field(default=(), description="The rules; the first of an effect wins.")
