"""Is this a date of birth? Any date may be somebody's, so only one that a birth word introduces counts."""

from typing import Final

from vecgate.masking.patterns._base import Rule

_MONTH: Final = (
    r"(?:Jan(?:uary|vier|uar)?|Feb(?:ruary|ruar)?|fevrier|Mar(?:ch|z|s|zo)?|Apr(?:il)?|avril|abril|aprile|May|Mai|"
    r"mayo|maggio|June?|Juni|juin|junio|giugno|"
    r"July?|Juli|juillet|julio|luglio|Aug(?:ust)?|aout|agosto|Sept?(?:ember)?|septembre|septiembre|settembre|"
    r"Oct(?:ober|obre)?|Okt(?:ober)?|octubre|"
    r"ottobre|Nov(?:ember|embre)?|noviembre|Dec(?:ember|embre)?|Dez(?:ember)?|diciembre|dicembre|enero|gennaio|"
    r"febrero|febbraio|"
    r"janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro|januari|februari|maart|mei|"
    r"augustus|oktober)"
)
_DATE: Final = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:T[\d:.]{5,15}Z?)?|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})|\d{1,2}[-/. "
    r"][A-Z]{3}[-/. ]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?:[ ](?:of|de|di))?[ -]{_MONTH}\.?,?(?:[ ]de)?[ -]\d{{2,4}}"
    rf"|{_MONTH}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{2,4}}|(?:19|20)\d{{6}})"
)
_BIRTH: Final = (
    r"\bborn\b|\bbirth(?:[ _-]?(?:day|date))?s?\b|\bdate[ _-]?of[ _-]?birth\b|\bd\.?o\.?b\b\.?|\bb\.|\bbday\b|"
    r"\bgeb(?:oren|\.)|\bgeburts(?:datum|tag)\b|\bne\(?e?\)?[ ]le\b|\bdate[ ]de[ ]naissance\b|\bnaissance\b|"
    r"\bnacid[oa]\b|"
    r"\bfecha[ ]de[ ]nacimiento\b|\bnacimiento\b|\bnat[oa][ ](?:il|a)\b|\bdata[ ]di[ ]nascita\b|\bnascid[oa]\b|"
    r"\bdata[ ]de[ ]nascimento\b|\bnascimento\b|\bgeboortedatum\b|\bfodd\b|\bfodselsdato\b|\burodzon[ya]\b|\bdata[ "
    r"]urodzenia\b|"
    r"\bsyntynyt\b|\bnarozen[ya]?\b|\bszuletett\b|\bdogum[ ]tarihi\b"
)

RULES: Final = (
    Rule(
        "DATE",
        "birth",
        "behind a word for birth",
        rf"(?i)(?:{_BIRTH})[^\d\n]{{0,40}}?\n?[^\d\n]{{0,8}}?({_DATE})\b",
        group=1,
        gate=rf"(?i){_BIRTH}",
    ),
    Rule(
        "DATE",
        "birth behind",
        "before a word for birth",
        rf"(?i)\b({_DATE})[ ]?[\"']?[(\[,-]{{1,2}}[ ]?(?:d\.?o\.?b\b|date[ ]of[ ]birth|birth(?:day|date)|born)",
        group=1,
        gate=r"(?i)\d[^a-z0-9]{1,5}(?:d\.?o\.?b\b|date[ ]of[ ]birth|birth|born)",
    ),
)
