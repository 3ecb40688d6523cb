"""Is this a national number that proves itself? By letters in fixed places, by check digits, or by both."""

import re
from typing import Final

from stdnum.be import nn
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.in_ import pan
from stdnum.it import codicefiscale
from stdnum.mx import curp
from stdnum.se import personnummer

from vecgate.masking.detect.patterns._base import Recogniser, digits, having


def _itin(found: str) -> bool:
    # IRS: the fourth and fifth digits of an ITIN are 50-65, 70-88, 90-92 or 94-99.
    group = int(digits(found)[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or (90 <= group <= 99 and group != 93)


_VIN_VALUES: Final = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _vin(found: str) -> bool:
    """ISO 3779 with the check digit of 49 CFR 565.15."""
    total = sum(int(_VIN_VALUES.get(c, c)) * w for c, w in zip(found.upper(), _VIN_WEIGHTS, strict=True))
    return found[8] == "0123456789X"[total % 11] and re.search(r"[A-Z]", found) is not None and bool(digits(found))


RULES: Final = (
    Recogniser("ID", "itin", "the ranges the IRS gives out", r"\b9\d{2}[ -]\d{2}[ -]\d{4}\b", having(_itin)),
    # HMRC, NIM39110: letters D F I Q U V are never used in the first two places, O not in the second.
    Recogniser(
        "ID",
        "nino",
        "letters where HMRC puts them",
        r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D]\b",
    ),
    Recogniser(
        "ID",
        "codice fiscale",
        "its check letter (Italy)",
        r"(?i)\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b",
        having(codicefiscale.is_valid),
    ),
    Recogniser(
        "ID",
        "dni",
        "its check letter (Spain)",
        r"\b\d{8}-?[A-Z]\b|\b\d{2}\.\d{3}\.\d{3}-?[A-Z]\b",
        having(dni.is_valid),
    ),
    Recogniser("ID", "nie", "its check letter (Spain)", r"\b[XYZ]-?\d{7}-?[A-Z]\b", having(nie.is_valid)),
    Recogniser(
        "ID", "curp", "its check digit (Mexico)", r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b", having(curp.is_valid)
    ),
    Recogniser(
        "ID", "hetu", "its check character (Finland)", r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]\b", having(hetu.is_valid)
    ),
    Recogniser("ID", "cpf", "its check digits (Brazil)", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", having(cpf.is_valid)),
    Recogniser(
        "ID", "cnpj", "its check digits (Brazil)", r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b", having(cnpj.is_valid)
    ),
    Recogniser("ID", "rut", "its check digit (Chile)", r"\b\d{1,2}\.\d{3}\.\d{3}-[\dkK]\b", having(rut.is_valid)),
    Recogniser(
        "ID",
        "rijksregister",
        "its form and its check digits (Belgium)",
        r"\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b",
        having(nn.is_valid),
    ),
    Recogniser(
        "ID",
        "personnummer",
        "its date and its check digit (Sweden)",
        r"\b(?:19|20)?\d{6}[-+]\d{4}\b",
        having(personnummer.is_valid),
    ),
    # India, Income-tax Rules, rule 114
    Recogniser(
        "ID",
        "pan",
        "letters where the tax office puts them (India)",
        r"\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b",
        having(pan.is_valid),
    ),
    Recogniser(
        "ID",
        "vin",
        "its check digit (49 CFR 565.15)",
        r"\b[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{4}\d{4}\b",
        having(_vin),
        gate=r"\b[A-HJ-NPR-Z0-9]{13}\d{4}\b",
    ),
    # CMS: positions 2, 5, 8 and 9 are letters, without S L O I B Z.
    Recogniser(
        "ID",
        "mbi",
        "letters where Medicare puts them",
        r"\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
    ),
)
