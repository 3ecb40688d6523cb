"""Is this a date of birth? Because a word for birth stands beside it."""

from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser
from vecgate.masking.detect.patterns.dates._dates import DATE

_BIRTH: Final = (
    r"\bborn\b|\bbirth(?:[ _-]?(?:day|date))?s?\b|\bdate[ _-]?of[ _-]?birth\b|\bd\.?o\.?b\b\.?|\bb\.|\bbday\b|"
    r"\bgeb(?:oren|\.)|\bgeburts(?:datum|tag)\b|\bne\(?e?\)?[ ]le\b|\bdate[ ]de[ ]naissance\b|\bnaissance\b|"
    r"\bnaci(?:d[oa])?o?\b|"
    r"\bfecha[ ]de[ ]nacimiento\b|\bnacimiento\b|\bnat[oa][ ](?:il|a)\b|\bdata[ ]di[ ]nascita\b|\bnascid[oa]\b|"
    r"\bdata[ ]de[ ]nascimento\b|\bnascimento\b|\bgeboortedatum\b|\bfodd\b|\bfodselsdato\b|\burodzon[ya]\b|\bdata[ "
    r"]urodzenia\b|"
    r"\bsyntynyt\b|\bnarozen[ya]?\b|\bszuletett\b|\bdogum[ ]tarihi\b"
)

RULES: Final = (
    Recogniser(
        "DATE_OF_BIRTH",
        "birth",
        "behind a word for birth",
        rf"(?i)(?:{_BIRTH})[^\d\n]{{0,40}}?\n?[^\d\n]{{0,8}}?({DATE})\b",
        group=1,
        gate=rf"(?i){_BIRTH}",
    ),
    Recogniser(
        "DATE_OF_BIRTH",
        "year of birth",
        "a year behind a word for birth",
        rf"(?i)(?:{_BIRTH})[^\d\n]{{0,24}}?\n?[^\d\n]{{0,8}}?\b((?:1[89]|20)\d{{2}})\b",
        group=1,
        gate=rf"(?i){_BIRTH}",
    ),
    Recogniser(
        "DATE_OF_BIRTH",
        "birth behind",
        "before a word for birth",
        rf"(?i)\b({DATE})[ ]?[\"']?[(\[,-]{{1,2}}[ ]?(?:d\.?o\.?b\b|date[ ]of[ ]birth|birth(?:day|date)|born)",
        group=1,
        gate=r"(?i)\d[^a-z0-9]{1,5}(?:d\.?o\.?b\b|date[ ]of[ ]birth|birth|born)",
    ),
)
