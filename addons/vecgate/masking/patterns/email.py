"""Is this an e-mail address? Also in the spelt-out forms people use to hide one from robots."""

from typing import Final

from vecgate.masking.patterns._base import Rule

_ENDINGS: Final = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|co|me|dev|app|eu|us|uk|de|fr|es|it|nl|be|ch|at|se|no|fi|dk|pl|cz|pt|ie|ee"
    "|gr|ru|ua|tr|in|jp|cn|kr|br|mx|ar|ca|au|nz|za|test|example"
)
_LOCAL: Final = r"[\w!#$&'*+/=?^`{|}~-][\w.!#$&'*+/=?^`{|}~-]{0,63}"
_HOST: Final = r"[\w-]{1,63}(?:\.[\w-]{1,63})+"
_AT: Final = r"(?:[ ]?[\[({<][ ]?at[ ]?[\])}>][ ]?|[ ]at[ ])"
_DOT: Final = r"(?:[ ]?[\[({<][ ]?dot[ ]?[\])}>][ ]?|[ ]dot[ ]|\.)"

RULES: Final = (
    Rule("EMAIL", "plain", rf"{_LOCAL}@{_HOST}"),
    # RFC 5321, 4.1.2 and 4.1.3: a quoted local part, a host that is an address.
    Rule("EMAIL", "quoted", rf'"[^"\n]{{1,64}}"@{_HOST}'),
    Rule("EMAIL", "literal", rf"{_LOCAL}@\[[0-9A-Fa-f:.IPv]{{3,45}}\]"),
    Rule(
        "EMAIL",
        "spaced",
        rf"(?i)[\w.+-]{{1,64}}[ ]{{0,2}}@[ ]{{0,2}}[\w-]{{1,63}}[ ]{{0,2}}\.[ ]{{0,2}}(?:{_ENDINGS})\b",
    ),
    Rule(
        "EMAIL",
        "spelt",
        rf"(?i)\b[a-z0-9][\w.+-]{{0,40}}(?:{_DOT}[\w+-]{{1,40}}){{0,2}}{_AT}[a-z0-9][\w-]{{0,40}}"
        rf"(?:{_DOT}[a-z0-9-]{{2,20}}){{0,2}}{_DOT}(?:{_ENDINGS})\b",
    ),
)
