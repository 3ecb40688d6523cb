"""What may a policy file say? The YAML's shape; the schema and the grammar tables are made from it.

Checks within one value are in `values.py`. Checks between values (a hold needs approvers) are in `checks.py`,
so that both kinds are reported at once.
"""

from typing import Annotated, Any, Literal, cast

from pydantic import Discriminator, Field, Tag

from vecgate.domain.profiles import OperatorSpec, Sensitivity, Unserved
from vecgate.parsing.mistakes import MAP, WORD
from vecgate.policy.language.approver_words import Approval
from vecgate.policy.language.deputy_words import Substitute
from vecgate.policy.language.guard_words import Asking, Budgeted, Canary, Exempt, ScoresWord
from vecgate.policy.language.strict import Part
from vecgate.policy.language.times import FromText, Hours, UntilText
from vecgate.policy.language.values import (  # noqa: F401 the rest is for who reads policies by this module
    GROUPS,
    OPERATIONS,
    Agent,
    Claim,
    Entity,
    FieldName,
    Glob,
    Issuers,
    Name,
    OperationWord,
    Operator,
    Path,
    RateText,
    RowValue,
    Tenant,
    Texts,
    VectorsWord,
    WaitText,
    Word,
    expand,
    parse_rate,
    parse_wait,
)
from vecgate.policy.language.whens import WhenText
from vecgate.policy.language.who_words import Who as Who


class Where(Part):
    """What a rule is about. All given criteria must hold; in a list of patterns one is enough."""

    upstreams: tuple[Glob, ...] = Field(default=(), min_length=1, description="Databases, as the settings name them.")
    tenants: tuple[Tenant, ...] = Field(
        default=(),
        min_length=1,
        description="Tenants inside the database, by pattern or by a claim (a text or a list): `{claims.tenant}`.",
    )
    databases: tuple[Glob, ...] = Field(default=(), min_length=1, description="Databases inside the tenant.")
    collections: tuple[Glob, ...] = Field(
        default=(), min_length=1, description="Collections. Allow: all that a call touches; deny and hold: any."
    )
    sets: tuple[Name, ...] = Field(
        default=(), min_length=1, description="Sets of collections, as a file's `collections` names them; beside those."
    )
    without_collection: Literal[True] | None = Field(
        default=None, description="Only calls that name no collection, such as listing, or wiping a database."
    )


class Except(Part):
    """Calls that a rule is not about, though they fit it: all that is said here fits them."""

    who: Who | None = Field(default=None, description="Who calls; in allow and request rules by `users` alone.")
    where: Where | None = Field(
        default=None, description="Where. Allow: any collection of the call is enough; deny and hold: it takes all."
    )
    operations: tuple[OperationWord, ...] = Field(
        default=(), min_length=1, description="Kinds of operation, or groups of kinds; left out: any."
    )


class Owners(Part):
    """Who answers for collections."""

    groups: tuple[Word, ...] = Field(default=(), min_length=1, description="Groups of owners.")
    users: tuple[Word, ...] = Field(default=(), min_length=1, description="Owners by name.")


class CollectionSet(Part):
    """Collections that rules name together."""

    patterns: tuple[Glob, ...] = Field(min_length=1, description="Names, or patterns of names.")
    owners: Owners | None = Field(default=None, description="Who answers for them.")


def _shape(value: Any) -> str:
    return WORD if isinstance(value, str) else MAP


WhoOrAnyone = Annotated[Annotated[Literal["anyone"], Tag(WORD)] | Annotated[Who, Tag(MAP)], Discriminator(_shape)]
WhereOrAnywhere = Annotated[
    Annotated[Literal["anywhere"], Tag(WORD)] | Annotated[Where, Tag(MAP)], Discriminator(_shape)
]


class RowFilter(Part):
    """A field of records, and what it must be: one value, or one of several."""

    field: FieldName = Field(description="Name of the field; one inside of objects by its path, `metadata.dept`.")
    equals: RowValue | None = Field(
        default=None, description="Its value: a text, whole number or true/false, or the claim `{claims.dept}`."
    )
    any_of: Annotated[tuple[RowValue, ...], Field(min_length=1, max_length=256)] | None = Field(
        default=None, description="Or its values, one of which it has; a claim among them may be a list."
    )

    @property
    def wanted(self) -> tuple[str | int | bool, ...]:
        """The values and claims, one or several."""
        return self.any_of if self.any_of is not None else () if self.equals is None else (self.equals,)


class Limits(Part):
    """How much one caller gets under a rule."""

    max_results: Annotated[int, Field(ge=1)] | None = Field(default=None, description="Most results of one call.")
    max_records: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Most records that one write, or one delete by ids, may name."
    )
    when_over: Literal["refuse", "cut"] = Field(
        default="refuse",
        description="A read without a number that finds more: `refuse`, or `cut` and say in headers what is missing.",
    )
    depth: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="How far into a collection a list may page: `offset` and `limit` together."
    )
    rate: RateText | None = Field(default=None, description="Most calls: `5/s`, `60/min`, `1000/h`, `5000/day`.")


class Profile(Part):
    """What becomes of personal data: an operator for each entity, and for whole fields."""

    default: Operator = Field(
        default=cast("OperatorSpec", "replace"),
        validate_default=True,
        description="Operator for all other entities; ORG, LOCATION, DATE and URL are kept unless listed.",
    )
    entities: dict[Entity, Operator] = Field(default={}, description="Operator for each kind of personal data.")
    fields: dict[Path, Operator] = Field(
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


class GoingIn(Part):
    """What becomes of personal data in what a caller sends, before it is embedded, stored or searched."""

    payload: Literal["keep", "mask", "refuse"] = Field(
        default="keep", description="What is stored: documents, metadata, ids. `mask` it, or `refuse` the request."
    )
    query: Literal["keep", "mask", "refuse"] = Field(
        default="keep", description="What is searched for: query texts, and filters that look inside of texts."
    )
    filters: Literal["keep", "translate", "refuse"] = Field(
        default="keep",
        description="Values in filters: `translate` them into what is stored, or `refuse` any look into texts.",
    )
    embeddings: Literal["keep", "refuse"] = Field(
        default="keep", description="Embeddings that clients made of text which `payload: mask` masks."
    )
    write_back: Literal["restore", "refuse"] = Field(
        default="restore",
        description="What is sent as it was shown masked: `restore` what is stored there, or `refuse` the request.",
    )
    profile: Word | None = Field(
        default=None, description="Mask profile for what goes in; the one that what is stored was masked with."
    )


class Rule(Part):
    """One sentence of a policy: who, where, which operations, and what then."""

    name: Name = Field(description="Names the rule in decisions, refusals and records; unique in the folder.")
    description: Word | None = Field(default=None, description="Why the rule is there.")
    who: WhoOrAnyone = Field(description="`anyone` (with a valid token), or criteria of *who*.")
    where: WhereOrAnywhere = Field(description="`anywhere`, or criteria of *where*.")
    operations: tuple[OperationWord, ...] = Field(
        min_length=1,
        description="Kinds of operation, groups of kinds, or `*`; raw storage is allowed or held by its own name only.",
    )
    excepts: tuple[Except, ...] = Field(
        default=(), alias="except", min_length=1, description="Calls that it is not about all the same."
    )
    begins: FromText | None = Field(
        default=None, alias="from", description="Before this moment it is as if the rule was not there."
    )
    until: UntilText | None = Field(
        default=None,
        description="From this one on, too: `2026-12-31T18:00:00+01:00`; with a zone `2026-12-31 Europe/Vienna`, "
        "of which the day still counts.",
    )
    hours: tuple[Hours, ...] = Field(
        default=(), min_length=1, description="It counts within these times only, such as office hours."
    )
    when: WhenText | None = Field(
        default=None,
        description="And this condition in CEL holds: `principal.claims.team == 'red' && impact.records < 100`.",
    )
    effect: Literal["allow", "hold", "deny", "request"] = Field(
        description="What then. Deny wins over hold, hold over allow. What is under `request` may be asked for."
    )
    rows: tuple[RowFilter, ...] = Field(
        default=(),
        min_length=1,
        description="The records it is about: all of these fit. No others are there, for any operation under the rule.",
    )
    mask: Word | None = Field(
        default=None, description="Mask profile for answers; for all but deny. `unsafe-nothing` masks nothing."
    )
    vectors: VectorsWord = Field(
        default=False,
        description="Whether answers may carry embeddings: `false` refuses to be asked for them, `zero` gives zeros.",
    )
    inputs: GoingIn = Field(
        default=GoingIn(), description="Personal data on its way in; all of it is kept unless said."
    )
    require_proof: Literal["dpop", "mtls", "any"] | None = Field(
        default=None,
        description="Others are refused than tokens whose sender proves to hold their key: by `dpop`, by a TLS "
        "certificate (`mtls`), or by `any`.",
    )
    scores: ScoresWord = Field(
        default="keep", description="Distances and scores in answers: `keep`, `drop`, or `{round: 2}` places."
    )
    quarantine: Literal["mark", "withhold", "refuse"] | None = Field(
        default=None,
        description="Records whose text carries instructions to a model, in answers and in writes: `mark` them, "
        "`withhold` them, or `refuse` the call.",
    )
    stamp: bool = Field(default=False, description="Write into each record who wrote it, when, and by which client.")
    show_stamp: bool = Field(default=False, description="Show in answers what the gateway wrote into records.")
    limits: Limits = Field(default=Limits(), description="Limits of one caller under this rule.")
    budget: Budgeted | None = Field(default=None, description="How much one person may have in a time.")
    canaries: Canary | None = Field(default=None, description="Records that lock whoever is given one.")
    oracles: Exempt | None = Field(
        default=None, description="Masked fields that may be filtered, sorted, grouped and searched by all the same."
    )
    approvers: Approval | None = Field(
        default=None, description="Who must say yes; required for hold and request, and only for these."
    )
    grant: Asking | None = Field(
        default=None, description="What may be asked for, at most; required for request, and only there."
    )
    wait: WaitText | None = Field(default=None, description="How long a held call waits for a yes, such as `20s`.")
    snapshot_first: bool = Field(
        default=False, description="Take a snapshot of each collection before a held call runs; where the database can."
    )


class PolicyFile(Part):
    """One file of the policies folder."""

    version: Literal[1] = Field(description="Version of this grammar.")
    mask_profiles: dict[Name, Profile] = Field(default={}, description="Mask profiles, for every file to use.")
    collections: dict[Name, CollectionSet] = Field(
        default={}, description="Sets of collections, for every file to name in `sets`."
    )
    deputies: tuple[Substitute, ...] = Field(default=(), description="Who answers in somebody's place for a time.")
    rules: tuple[Rule, ...] = Field(default=(), description="The rules; the first of an effect wins.")
