"""Who is asked, in which order, and how does it stand? Stages of approvers, votes, and the state of one held call."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self


@dataclass(frozen=True, slots=True)
class Impact:
    """How many records a call would touch, of how many there are. `ids`: which; None: too many, or not known.

    `collections` are all that it touches, `aliases` the other names under which people reach these now. `note` says
    what the number does not: that it is the most it can be, or what no call to the database tells.
    """

    touched: int
    total: int
    collection: str
    ids: tuple[str, ...] | None = field(default=None, repr=False, compare=False)
    collections: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    note: str = field(default="", compare=False)

    @property
    def share(self) -> float:
        """Which part of all of them, from 0 to 1."""
        return self.touched / self.total if self.total else 0.0

    def within(self, shown: "Impact", tolerance: float) -> bool:
        """Whether it is no more than was shown: as many records, beyond the tolerance, under the same names."""
        names = {*self.collections, *self.aliases} <= {*shown.collections, *shown.aliases}
        return names and self.touched <= shown.touched * (1 + tolerance)

    def __str__(self) -> str:
        return f"{self.touched} of {self.total} records in {self.collection}"


@dataclass(frozen=True, slots=True)
class Circle:
    """People, by their groups and by their names."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Each of them in one word, by which a vote says in whose place it was given."""
        return (*(f"group:{name}" for name in self.groups), *(f"user:{name}" for name in self.users))

    def __str__(self) -> str:
        return ", ".join((*self.groups, *(f"user {name}" for name in self.users)))


NOBODY: Final = Circle()


@dataclass(frozen=True, slots=True)
class Stage:
    """Whose yes it takes, before the next stage is asked: that of `need` of them, or of each (`all`).

    `owners` of what is touched, those whom `claims` of the requester name, and whoever is `on_call` by these names are
    people once it is asked (policy/rules/whom.py); `fallback` is asked where that is nobody. `escalate` is asked, too,
    `after` so many seconds.
    `up_to`: to more records than that it is not theirs to agree, but those of `escalate` or `fallback`.
    """

    circle: Circle
    need: int | Literal["all"] = 1
    name: str = ""
    owners: bool = False
    claims: tuple[str, ...] = ()
    fallback: Circle = NOBODY
    escalate: Circle = NOBODY
    after: float = 0.0
    up_to: int | None = None
    on_call: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many people must say yes."""
        return len(self.circle.sources) if self.need == "all" else self.need

    @property
    def is_known(self) -> bool:
        """Whether it is known whom it asks, whatever is asked and by whom."""
        return not self.owners and not self.claims and not self.on_call and self.up_to is None

    @property
    def everybody(self) -> tuple[Circle, ...]:
        """All who may be asked by it."""
        return self.circle, self.escalate, self.fallback

    @property
    def people(self) -> str:
        """Who they are, in words."""
        said = [str(self.circle)] if self.circle.sources else []
        said += ["the owners of the collection"] if self.owners else []
        said += [f"who is on call ({name})" for name in self.on_call]
        return ", ".join([*said, *(f"whom the claim {name} names" for name in self.claims)])

    def __str__(self) -> str:
        return f"{'each' if self.need == 'all' else self.need} of {self.people}"


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who answers in whose place (`of`), from when to when; `groups`: for these of theirs as well."""

    of: str
    by: str
    begins: float
    ends: float
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may say yes to a held call, or to a request for access: stage after stage, different people in all of them.

    `issuers`: where they log in; empty: anywhere. `above`: up to so many records nobody is asked (handling/asking.py).
    `reasons`: who must say why: `asking`, `denying`. `expires`: how long a held call waits for them; 0: as the settings
    say. `deputies` of theirs, once it is asked.
    """

    stages: tuple[Stage, ...]
    issuers: tuple[str, ...] = ()
    above: int | None = None
    reasons: tuple[str, ...] = ()
    expires: float = 0.0
    deputies: tuple[Deputy, ...] = ()

    @classmethod
    def of(cls, *groups: str, count: int = 1, **more: Any) -> Self:
        """So many people of these groups, in one stage."""
        return cls((Stage(Circle(groups), count),), **more)

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group that is asked, in whichever stage."""
        return tuple(sorted({group for stage in self.stages for one in stage.everybody for group in one.groups}))

    @property
    def users(self) -> tuple[str, ...]:
        """Every user that is asked by name."""
        return tuple(sorted({user for stage in self.stages for one in stage.everybody for user in one.users}))

    @property
    def needed(self) -> int:
        """How many people must say yes in all."""
        return sum(stage.count for stage in self.stages)

    @property
    def at(self) -> str:
        """Where they log in, as a sentence goes on; empty: anywhere."""
        return f", logged in at {' or '.join(self.issuers)}" if self.issuers else ""

    def __str__(self) -> str:
        return ", then ".join(map(str, self.stages)) + self.at

    @property
    def words(self) -> str:
        """Who may answer, for people: `data-owners, logged in at https://login.example`."""
        return ", then ".join(dict.fromkeys(stage.people for stage in self.stages)) + self.at


@dataclass(frozen=True, slots=True)
class Cuts:
    """How a yes to a held call can be one to less.

    `results`: an answer of it can be cut, and has as many records at the most (0: nobody has said); None: it cannot.
    `mask` is the profile it would be shown under, `masks` those that hide no less. `ids` of records, as people are
    shown them, of which a yes can be to some.
    """

    results: int | None = None
    mask: str = ""
    masks: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


AS_A_WHOLE: Final = Cuts()


@dataclass(frozen=True, slots=True)
class Less:
    """What of a held call a yes is to, where it is not all: so many results, under that mask, of these records."""

    results: int | None = None
    mask: str = ""
    ids: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return self != ALL

    def __str__(self) -> str:
        said = [f"at most {self.results} results"] if self.results is not None else []
        said += [f"mask {self.mask}"] if self.mask else []
        # How many is not said: who asked may be one who must not count them.
        return ", ".join(said + (["some of the records"] if self.ids is not None else []))


#: A yes to the call as it is.
ALL: Final = Less()


@dataclass(frozen=True, slots=True)
class Signed:
    """The proof of a yes: what was signed, with what, and by whose enrolled key (consent/proof.py)."""

    statement: str
    signature: str
    enrolment: str

    @property
    def written(self) -> dict[str, Any]:
        """As it stands in records."""
        return {"statement": self.statement, "signature": self.signature, "enrolment": self.enrolment}


@dataclass(frozen=True, slots=True)
class Vote:
    """One yes: whose (`names`: every name of who stands behind that login, folded), when, and at which stage.

    `fits`: what of the stage they are (`group:data-owners`). `place`: in whose they said it; empty: in their own.
    `less`: what it is a yes to, with all that was left out before it.
    """

    by: str
    at: float
    login: str = ""
    stage: int = 0
    fits: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    signed: Signed | None = None
    place: str = ""
    less: Less = ALL

    @property
    def who(self) -> str:
        """Whose it is, with both names."""
        return f"{self.by} for {self.place}" if self.place else self.by


@dataclass(frozen=True, slots=True)
class Turn:
    """Which call of a plan it is: `step` of `steps`, counted from 1.

    `plan` is the digest of all of it, `then` what the step after this one is good for; empty: this is the last.
    """

    step: int
    steps: int
    plan: str
    then: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """The state of one held call. States: pending approved denied expired withdrawn spent used.

    `spent`: the yes is gone, and it is not known that anything was executed; `used`: it was.
    `bound`: how many records it is for, and no others; None: it is for as many as were counted.
    `ended_by` names who denied or withdrew it, or the request that spent it. `records`: the digest of their marks.
    `proofs`: of each yes that was signed. `turn`: it is to a plan, and all this is about that step of it.
    `less`: what of the call was agreed to, where that is not all.
    """

    id: str
    state: str
    binding: str
    expires_at: float
    impact: Impact | None = None
    approved_by: tuple[str, ...] = ()
    reason: str = ""
    ended_by: str = ""
    bound: int | None = None
    records: str = ""
    nonce: str = ""
    proofs: tuple[Signed, ...] = ()
    turn: Turn | None = None
    less: Less = ALL
