"""Is this a web address? Masked only where a profile asks for it: most are not personal."""

from typing import Final

from vecgate.masking.patterns._base import Rule

RULES: Final = (
    Rule("URL", "scheme", r"(?i)\b(?:https?|ftp)://[^\s\"'<>]{3,}"),
    Rule("URL", "www", r"(?i)\bwww\.[^\s\"'<>]{3,}"),
)
