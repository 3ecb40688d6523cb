"""When does a rule count? `from`, `until` and `hours` as they are written, with zones of the tz database."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Self, cast
from zoneinfo import ZoneInfo

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from vecgate.policy.language.strict import Part

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_LOCAL: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))? ([A-Za-z][A-Za-z0-9_+/-]*)")
_EXAMPLES: Final = "'2026-12-31T18:00:00+01:00', '2026-12-31 18:00 Europe/Vienna' or '2026-12-31 Europe/Vienna'"
_ISO: Final = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})"


def zone_of(text: Any) -> ZoneInfo:
    """The time zone of that name. Raises ValueError."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, TypeError, OSError) as e:  # a name with `..`, a folder of zones, no text at all
        raise ValueError(f"'{text}' is no time zone. Name one of the tz database, such as 'Europe/Vienna'.") from e


def _moment(local: datetime, zone: ZoneInfo) -> float:
    """A time as clocks show it there. Raises ValueError for one that they show twice, or never."""
    first, second = (local.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if first != second:
        said = "clocks are changed then, and show it twice or not at all; say its offset"
        raise ValueError(f"'{local:%Y-%m-%d %H:%M}' is not one moment in {zone.key}: {said}, as in {_EXAMPLES[:27]}")
    return first


def parse_moment(value: Any, *, end: bool) -> float:
    """A moment in seconds since the epoch; a date is its first moment, or that after its last. Raises ValueError."""
    text = value if isinstance(value, str) else ""
    if re.fullmatch(_ISO, text):
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError as e:
            raise ValueError(f"'{text}' is in no calendar") from e
    if not (found := _LOCAL.fullmatch(text)):
        lacks = " It lacks its time zone." if re.match(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$", text) else ""
        raise ValueError(f"'{value}' is no moment.{lacks} Write it like {_EXAMPLES}.")
    zone = zone_of(found[3])
    try:
        day = date.fromisoformat(found[1])
        at = time.fromisoformat(found[2]) if found[2] else None
    except ValueError as e:
        raise ValueError(f"'{text}' is in no calendar") from e
    if at is not None:
        return _moment(datetime.combine(day, at), zone)
    # Midnight may be shown twice, or not at all: the day is over when its last moment is, and begins with its first.
    try:
        return datetime.combine(day + timedelta(days=end), time(), zone).astimezone(UTC).timestamp()
    except OverflowError as e:
        raise ValueError(f"'{text}' is in no calendar") from e


def _from(value: Any) -> float:
    return parse_moment(value, end=False)


def _until(value: Any) -> float:
    return parse_moment(value, end=True)


def said(moment: float) -> str:
    """A moment for people."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _clock(value: Any) -> int:
    """Minutes of the day."""
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        quoted = " in quotes" if type(value) is int else ""  # YAML reads 17:00 as a number
        raise ValueError(f"'{value}' is no time of day. Write it like '09:00'{quoted}, up to '24:00'.")
    hours, _, minutes = value.partition(":")
    return int(hours) * 60 + int(minutes)


def _days(value: Any) -> frozenset[int]:
    found: set[int] = set()
    for word in value if isinstance(value, tuple) else (value,):
        first, dash, last = word.partition("-") if isinstance(word, str) else ("", "", "")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"'{word}' is no day. Write them like 'mon', or 'mon-fri': {', '.join(DAYS)}.")
        a, b = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(a, b + 1 if a <= b else b + 8)}
    if not found:
        raise ValueError("no day is named; leave 'days' out to mean all of them")
    return frozenset(found)


_DAY: Final = {"type": "string", "pattern": f"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$"}
_TEXT: Final = {"type": "string", "pattern": f"^({_ISO}|{_LOCAL.pattern})$"}


FromText = Annotated[float, PlainValidator(_from), WithJsonSchema(_TEXT)]
UntilText = Annotated[float, PlainValidator(_until), WithJsonSchema(_TEXT)]
Clock = Annotated[int, PlainValidator(_clock), WithJsonSchema({"type": "string", "pattern": f"^({_CLOCK.pattern})$"})]
Days = Annotated[
    frozenset[int], PlainValidator(_days), WithJsonSchema({"anyOf": [_DAY, {"type": "array", "items": _DAY}]})
]
Zone = Annotated[
    ZoneInfo, PlainValidator(zone_of), WithJsonSchema({"type": "string", "examples": ["Europe/Vienna", "UTC"]})
]


class Hours(Part):
    """A time of day, by the clocks of a place. One that ends before it begins goes over midnight."""

    days: Days = Field(
        default=cast("frozenset[int]", ("mon-sun",)),
        validate_default=True,
        description="Days of the week on which it begins: `[mon-fri]`, `[mon, wed]`; left out: all.",
    )
    start: Clock = Field(alias="from", description='When it begins, such as `"09:00"`.')
    to: Clock = Field(description='When it is over, such as `"17:00"`.')
    zone: Zone = Field(description="Whose clocks: a name of the tz database, such as `Europe/Vienna`.")

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.start == self.to or self.start == 24 * 60:
            raise ValueError("'from' and 'to' are two times of day; leave 'hours' out to mean the whole day")
        return self

    def hold(self, at: float) -> bool:
        """Whether it is that time, by what clocks show: on days that they are changed, too."""
        local = datetime.fromtimestamp(at, self.zone)
        return self.shown(local.weekday(), local.hour * 60 + local.minute)

    def shown(self, day: int, minute: int) -> bool:
        """Whether it is that time when its clocks show this minute of a day (0 is Monday)."""
        if self.start < self.to:
            return day in self.days and self.start <= minute < self.to
        if minute >= self.start:
            return day in self.days
        return minute < self.to and (day - 1) % 7 in self.days

    def turns(self, at: float) -> float:
        """The first moment after this one at which it may begin or end, whichever days it is about."""
        local, later = (datetime.fromtimestamp(one, self.zone) for one in (at, at + 26 * 3600))
        if local.utcoffset() != later.utcoffset():  # clocks are changed, and it may be at any time
            return at + 60.0
        shown = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
        return at + min((minute * 60 - shown) % 86400 or 86400.0 for minute in (self.start, self.to))

    def __str__(self) -> str:
        days = ",".join(DAYS[day] for day in sorted(self.days))
        clock = "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, self.to))
        return f"{days} {clock} {self.zone.key}"


def within(inner: Sequence[Hours], outer: Sequence[Hours]) -> bool:
    """Whether it is one of the outer times whenever it is one of the inner ones; of clocks of several places: no."""
    both = (*inner, *outer)
    if len({one.zone.key for one in both}) > 1:
        return False
    edges = {edge % (24 * 60) for one in both for edge in (0, one.start, one.to)}
    shown = [(day, minute) for day in range(7) for minute in edges]
    return all(any(one.shown(*at) for one in outer) for at in shown if any(one.shown(*at) for one in inner))
