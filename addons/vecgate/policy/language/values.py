"""Which forms may a single value of a policy have? Each is read and checked here; `model.py` says where it stands."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from vecgate.domain.decision import Rate, Vectors
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.profiles import ENTITIES, LONGEST_LIST, OperatorSpec, listed, operators
from vecgate.parsing.words import unknown
from vecgate.policy.language.strict import REGEX, plain

GROUPS: Final = tuple(dict.fromkeys(OPERATION_KINDS.values()))
OPERATIONS: Final = (*GROUPS, *OPERATION_KINDS, "*")
#: Effects that open something: all that a call touches must fit. Of the others, any of it is enough.
OPENING: Final = frozenset({"allow", "request"})

_RATE: Final = re.compile(r"([1-9][0-9]{0,8})/(s|min|h|day)")
_RATE_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0}
_WAIT: Final = re.compile(r"([1-9][0-9]{0,2})s")
_NAME: Final = r"[a-z0-9]+(-[a-z0-9]+)*"
#: The whole of a text that stands for a claim.
CLAIM: Final = re.compile(r"\{claims\.([^{}\s]+)\}")
_FIELD: Final = r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*"
LONGEST_WAIT: Final = 300
_LASTING: Final = re.compile(r"([1-9][0-9]{0,3})(s|min|h|day)")
#: The longest time that somebody may ask for, or be waited for, in seconds.
LONGEST_LASTING: Final = 90 * 86400


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


def parse_lasting(text: str) -> float:
    """`2h` in seconds. Raises ValueError."""
    found = _LASTING.fullmatch(text.replace("d", "day") if re.fullmatch(r"[0-9]+d", text) else text)
    seconds = int(found[1]) * _RATE_SECONDS[found[2]] if found else 0.0
    if not 0 < seconds <= LONGEST_LASTING:
        most = f"{LONGEST_LASTING // 86400}d"
        raise ValueError(f"'{text}' is not a time. Write it like '30min', '2h' or '7d', up to '{most}'.")
    return seconds


def lasting(seconds: float) -> str:
    """Seconds as they are written in a rule, in the largest unit that fits."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"


def expand(operation: str) -> frozenset[str]:
    """The kinds a word of `operations` stands for; `*` is every known kind and never an unknown one."""
    if operation == "*":
        return frozenset(OPERATION_KINDS)
    return frozenset(kind for kind, group in OPERATION_KINDS.items() if operation in (kind, group))


def _name(text: str) -> str:
    if not re.fullmatch(_NAME, text) or len(text) > 64:
        raise ValueError(f"'{text}' is not a name. Use lower-case letters, digits and '-', up to 64 of them.")
    return text


def _numbered(value: Any) -> Any:
    return str(value) if type(value) is int and value >= 0 else value


def _word(text: str) -> str:
    if not text.strip():
        raise ValueError("an empty text matches nobody. Leave it out.")
    return text


def _glob(text: str) -> str:
    # In a deny rule a set like [ab] that is taken literally would match nothing and so let everything pass.
    if not text or set(text) & set("[]{}!\\"):
        raise ValueError(f"'{text}' is not a pattern. '*' stands for any text and '?' for one character; nothing else.")
    if REGEX.search(text):
        raise ValueError(f"'{text}' looks like a regular expression, and is none. Write a pattern such as 'tickets*'.")
    return plain(text)


def _agent(text: str) -> str:
    if set(text) & set("*?") and text != "*":
        raise ValueError(f"'{text}' is compared exactly here; '*' alone is whoever acts with a person's token.")
    return _word(text)


def _tenant(text: str) -> str:
    return text if _reference(text) else _glob(text)


def _reference(text: str) -> bool:
    """Whether a text stands for a claim. Raises ValueError for what was meant to, and would be taken as it is."""
    if CLAIM.fullmatch(text):
        return True
    if set(text) & set("{}") or re.match(r"[$%<:@]\W*claims?[.\[]", text):
        said = "Write the whole value as '{claims.NAME}', such as '{claims.tenant}'."
        raise ValueError(f"'{text}' is no claim. {said}")
    return False


def _field(text: str) -> str:
    if not re.fullmatch(_FIELD, text) or len(text) > 128:
        said = "Write its keys with '.' between them, such as 'metadata.dept': letters, digits, '_' and '-'."
        raise ValueError(f"'{text}' is no field that rows can be told by. {said}")
    return text


def _row_value(value: Any) -> str | int | bool:
    if not isinstance(value, str | int | bool):
        raise ValueError("a row is told by a text, a whole number, true/false, or a claim such as '{claims.dept}'")  # noqa: TRY004 pydantic collects ValueError
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number has up to 63 bits here: databases change larger ones")
    if isinstance(value, str) and not _reference(value):
        if not value:
            raise ValueError("an empty text tells no rows. Name a value.")
        return plain(value)
    return value


def _path(text: str) -> str:
    """A pattern of key paths. What could never match one would leave its field as it is, without a word."""
    if "[" in text:
        raise ValueError(f"'{text}' matches nothing: places in lists are left out. Write it like 'metadatas.password'.")
    if not text.strip() or set(text) & set("]{}!\\"):
        raise ValueError(f"'{text}' is not a pattern. '*' stands for any text and '?' for one character; nothing else.")
    if (
        REGEX.search(text)
        or text.startswith(("/", ".", "$."))
        or text.endswith(".")
        or ".." in text
        or text != text.strip()
    ):
        raise ValueError(f"'{text}' matches nothing: a path is keys with '.' between them, like 'metadatas.*.email'.")
    return text


def _operation(text: str) -> str:
    if text not in OPERATIONS:
        shown = f"{', '.join(GROUPS)}, '*', and each kind in them"
        raise ValueError(unknown("operation", text, OPERATIONS, shown))
    return text


def _claim(value: Any) -> tuple[str | int | bool, ...]:
    values = value if isinstance(value, tuple) else (value,)
    if isinstance(value, dict):
        raise ValueError("a claim inside of another one is written with dots, such as 'act.sub: agent'")  # noqa: TRY004 pydantic collects ValueError
    if not values or not all(isinstance(v, str | int | bool) for v in values):
        raise ValueError("a claim is compared with a text, a whole number or true/false, or a list of them")
    return values


def _operator(value: Any) -> OperatorSpec:
    params = {"operator": value} if isinstance(value, str) else value
    if not isinstance(params, dict) or not isinstance(params.get("operator"), str):
        raise ValueError("an operator is a word like 'replace', or {operator: partial, keep_last: 4}")  # noqa: TRY004 pydantic collects ValueError
    name = params["operator"]
    if name not in operators():
        raise ValueError(unknown("operator", name, operators()))
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


def _vectors(value: Any) -> Any:
    if value is not True and value is not False and value != "zero":
        raise ValueError("'vectors' must be true, false or zero")
    return value


def _rate(value: Any) -> Rate:
    return parse_rate(str(value))


def _wait(value: Any) -> float:
    return parse_wait(str(value))


def _lasting(value: Any) -> float:
    return parse_lasting(str(value))


class _OperatorSchema:
    """Made when it is asked for: reading policies loads no operator that none of them names."""

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> dict[str, Any]:
        long = [
            {
                "type": "object",
                "properties": {"operator": {"const": name}, **{key: one.schema for key, one in words.params.items()}},
                "required": ["operator"],
                "additionalProperties": False,
            }
            for name, words in operators().items()
        ]
        return {"anyOf": [{"enum": list(operators())}, *long]}


_SCALAR: Final = {"type": ["string", "integer", "boolean"]}
Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{_NAME}$"})]
Word = Annotated[str, AfterValidator(_word)]
Agent = Annotated[str, AfterValidator(_agent)]
#: An id may be a number; a database's own spelling of one is what it is compared with.
RecordId = Annotated[
    str, BeforeValidator(_numbered), AfterValidator(_word), WithJsonSchema({"type": ["string", "integer"]})
]
Glob = Annotated[str, AfterValidator(_glob)]
Tenant = Annotated[str, AfterValidator(_tenant)]
Path = Annotated[str, AfterValidator(_path)]
FieldName = Annotated[str, AfterValidator(_field), Field(json_schema_extra={"pattern": f"^{_FIELD}$"})]
RowValue = Annotated[str | int | bool, PlainValidator(_row_value), WithJsonSchema(_SCALAR)]
OperationWord = Annotated[str, AfterValidator(_operation), Field(json_schema_extra={"enum": list(OPERATIONS)})]
Entity = Annotated[str, AfterValidator(_entity), Field(json_schema_extra={"enum": list(ENTITIES)})]
Listed = Annotated[str, AfterValidator(listed)]
Texts = Annotated[tuple[Listed, ...], Field(min_length=1, max_length=LONGEST_LIST)]
Claim = Annotated[
    tuple[str | int | bool, ...],
    PlainValidator(_claim),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}),
]
Operator = Annotated[OperatorSpec, PlainValidator(_operator), _OperatorSchema()]


Issuers = Annotated[
    tuple[str, ...],
    PlainValidator(_issuers),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
VectorsWord = Annotated[Vectors, PlainValidator(_vectors), WithJsonSchema({"enum": [True, False, "zero"]})]
RateText = Annotated[Rate, PlainValidator(_rate), WithJsonSchema({"type": "string", "pattern": f"^{_RATE.pattern}$"})]
WaitText = Annotated[float, PlainValidator(_wait), WithJsonSchema({"type": "string", "pattern": f"^{_WAIT.pattern}$"})]
LastingText = Annotated[
    float, PlainValidator(_lasting), WithJsonSchema({"type": "string", "pattern": r"^[1-9][0-9]{0,3}(s|min|h|d|day)$"})
]
