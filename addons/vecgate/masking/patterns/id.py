"""Is this a number some register knows a person by? By its check digits, or because the words before it say so."""

import re
from typing import Final

from stdnum.br import cpf
from stdnum.es import dni, nie
from stdnum.it import codicefiscale

from vecgate.masking.patterns._base import Rule, digits, having

_NAMES: Final = (
    r"passport|driver'?s?[ _-]?licen[cs]e|driving[ _-]licen[cs]e|licen[cs]e[ _-](?:number|no|\#)|\bDL|\bNPI|\bMRN|"
    r"medical[ _-]record|"
    r"patient[ _-]id|member[ _-]id|insurance[ _-](?:id|number|no)|health[ _-]card|national[ _-]id|id[ _-]card|"
    r"identity[ _-]card|"
    r"tax[ _-](?:id|number|no)|\bTIN|\bEIN|\bITIN|\bNINO|national[ _-]insurance|\bNHS|\baadhaar|employee[ _-]id|"
    r"student[ _-]id|"
    r"account[ _-](?:number|no)|\bacct|bank[ _-]account|routing|policy[ _-](?:number|no)|\bVIN|voter[ _-]id|"
    r"social[ _-]insurance"
)
_DATE: Final = re.compile(r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}")


def _numbered(found: str) -> bool:
    return len(digits(found)) >= 4 and not _DATE.fullmatch(found)


def _itin(found: str) -> bool:
    # IRS: the fourth and fifth digits of an ITIN are 50-65, 70-88, 90-92 or 94-99.
    group = int(digits(found)[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or (90 <= group <= 99 and group != 93)


RULES: Final = (
    Rule(
        "ID",
        "named",
        rf"(?i)(?:{_NAMES})(?:[ _-]+(?:number|no\.?|num|id|\#))*(?:[ ]+is|[ ]*[:\#=])*[ ]*"
        r"([A-Z0-9](?:[A-Z0-9/.-]|[ ]\d){3,24})\b",
        having(_numbered),
        1,
    ),
    Rule("ID", "itin", r"\b9\d{2}[ -]\d{2}[ -]\d{4}\b", having(_itin)),
    # HMRC, NIM39110: letters D F I Q U V are never used in the first two places, O not in the second.
    Rule("ID", "nino", r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D]\b"),
    Rule(
        "ID", "codice fiscale", r"(?i)\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b", having(codicefiscale.is_valid)
    ),
    Rule("ID", "dni", r"\b\d{8}-?[A-Z]\b", having(dni.is_valid)),
    Rule("ID", "nie", r"\b[XYZ]-?\d{7}-?[A-Z]\b", having(nie.is_valid)),
    Rule("ID", "cpf", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", having(cpf.is_valid)),
    Rule("ID", "pan", r"\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b"),  # India, Income-tax Rules, rule 114
)
