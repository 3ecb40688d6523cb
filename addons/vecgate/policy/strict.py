"""What is never taken for something else? The base of everything that is read from a policy file, and of its texts."""

import re
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from vecgate.parsing.exact import named

#: What people write who think of regular expressions.
REGEX: Final = re.compile(r"^\^|\$$|\.\+|\|")


def plain(text: str) -> str:
    """The text. Raises ValueError for one that looks like another: with spaces around it, or invisible characters."""
    if text != text.strip() or not text.isprintable():
        raise ValueError(f"{text!a} has spaces around it, or a character that nobody sees, and fits nothing")
    return text


class Part(BaseModel):
    """Base of every part of a policy or test file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _same_type(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.field_name or ""
        return named(cls.model_fields[name].annotation, name, value)
