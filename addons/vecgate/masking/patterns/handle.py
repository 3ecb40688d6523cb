"""Is this somebody's handle on a social network? An @ with a name that no host name follows."""

from typing import Final

from vecgate.masking.patterns._base import Rule

RULES: Final = (Rule("HANDLE", "at", r"(?:^|[^\w@./])(@[A-Za-z_]\w{1,29})\b", group=1),)
