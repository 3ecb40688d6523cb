"""What is a section of the settings, whatever it is about?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from vecgate.parsing.exact import exactly


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as e:
        raise ValueError("write it like '2026-12-31' or '2026-12-31T18:00:00+01:00'") from e
    if found.tzinfo is None and len(text) > len("2026-12-31"):
        raise ValueError("it lacks its time zone; write it like '2026-12-31T18:00:00+01:00'")
    return text


Moment = Annotated[str, AfterValidator(_moment)]


def seconds_of(moment: str) -> float:
    """In seconds since the epoch; a day's first moment, UTC."""
    found = datetime.fromisoformat(moment)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


Seconds = Annotated[float, Field(gt=0)]
Bytes = Annotated[int, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """Base of every section: frozen, without unknown names, its paths relative to the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def chosen(cls, _tree: Mapping[str, Any]) -> "type[Section]":
        """What such a mapping is read as: this, or what the plug-in that it names makes of it."""
        return cls

    @field_validator("*", mode="before")
    @classmethod
    def _same_type(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.field_name or ""
        return exactly(cls.model_fields[name].annotation, name, value)

    @field_validator("*", mode="after")
    @classmethod
    def _place_paths(cls, value: Any, info: ValidationInfo) -> Any:
        base = (info.context or {}).get("base")
        if isinstance(value, Path) and base is not None and not value.is_absolute():
            return base / value
        return value


def read_as_chosen(base: type[Section]) -> WrapValidator:
    """For a field that holds such a section."""

    def read(value: Any, usual: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        model = base.chosen(value) if isinstance(value, Mapping) else base
        return usual(value) if model is base else model.model_validate(value, context=info.context)

    return WrapValidator(read)
