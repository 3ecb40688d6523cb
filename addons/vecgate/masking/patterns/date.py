"""Is this a date of birth? Any date may be somebody's, so only one that a birth word introduces counts."""

from typing import Final

from vecgate.masking.patterns._base import Rule

_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE: Final = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:[ ]of)?[ -]{_MONTH}\.?,?[ -]\d{{2,4}}"
    rf"|{_MONTH}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{2,4}})"
)

RULES: Final = (
    Rule(
        "DATE",
        "birth",
        rf"(?i)(?:\bborn\b|\bbirth(?:[ _-]?(?:day|date))?\b|date[ _-]of[ _-]birth|\bd\.?o\.?b\b\.?)[^\d\n]{{0,"
        rf"24}}?({_DATE})\b",
        group=1,
    ),
)
