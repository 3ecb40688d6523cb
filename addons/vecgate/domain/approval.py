"""What is a person asked, and how does it stand? How many records a held call would touch, and its state."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Impact:
    """How many records a call would touch, of how many there are. `ids`: which; None: too many, or not known."""

    touched: int
    total: int
    collection: str
    ids: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.touched} of {self.total} records in {self.collection}"


@dataclass(frozen=True, slots=True)
class Approval:
    """The state of one held call. States: pending approved denied expired withdrawn spent used.

    `spent`: the yes is gone, and it is not known that anything was executed; `used`: it was.
    `bound`: how many records it is for, and no others; None: it is for as many as were counted.
    `ended_by` names who denied or withdrew it, or the request that spent it.
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
