"""Which records may a caller reach at all? Those whose fields have one of certain values."""

from dataclasses import dataclass

from vecgate.domain.call import Json

#: What a field of a record can be compared with: never one for another, though Python takes 1 for true.
type Scalar = str | int | bool


@dataclass(frozen=True, slots=True)
class Row:
    """A field that every record has which somebody may reach, and the values of which it has one."""

    field: str
    values: tuple[Scalar, ...]

    def fits(self, value: Json) -> bool:
        """Whether a stored value is one of them. Lists never are: another's value might stand in them as well."""
        if type(value) is str:
            return value in self.values  # no number is equal to a text
        if isinstance(value, bool) or not isinstance(value, int | float):
            return any(type(value) is type(one) and value == one for one in self.values)
        return any(type(one) is int and value == one for one in self.values)

    def __str__(self) -> str:
        return f"{self.field} = {' or '.join(map(repr, self.values))}"
