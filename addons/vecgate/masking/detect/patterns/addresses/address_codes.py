"""Is this a part of where somebody lives? A postcode with its town, one that is named, a box, or a labelled address."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, called, having, named, with_digit
from vecgate.masking.detect.patterns.addresses._places import CANADIAN_CODE, TAIL, UK_CODE, US_CODE, US_LINE

_CODES: Final = (
    r"zip(?:[ _-]?(?:code|postal))?|postal[ _-]?code|post[ _-]?code|plz|postleitzahl|code[ ]postal|codigo[ ]postal|"
    r"cap|cep|"
    r"kod[ ]pocztowy|postnummer|postnr|pin[ ]?code|psc|eircode"
)
_ADDRESS: Final = (
    r"(?:(?:home|street|postal|billing|shipping|mailing|delivery|residential|current|permanent|work|office|legal|"
    r"registered)[ _-])?"
    r"address(?:[ _-]line)?[ _-]?\d?|addr|street(?:[ _-]address)?|adresse|anschrift|wohnanschrift|strase|direccion|"
    r"domicilio|indirizzo|"
    r"endereco|morada|adres|adress|adresa|ship[ _-]to|bill[ _-]to|deliver[ _-]to|residence"
)
_NUMBER: Final = re.compile(r"(?<![\w-])\d{1,6}[A-Za-z]?(?![\w.]|-[a-z])")
_CODE: Final = re.compile(r"\w\(|[=`_\[\]]|::|\(\)|->")
_NOT_STREETS: Final = ("http", "0x", "ip ", "mac ")


def _coded(text: str, start: int, end: int) -> Iterable[Span]:
    # Part of a longer code of letters and digits, it is none.
    return () if text[max(0, start - 1) : start] in ("-", "_", "/", ".") else ((start, end),)


def _labelled(text: str, start: int, end: int) -> Iterable[Span]:
    found = text[start:end].rstrip(" .,\"'}])")
    letters = sum(c.isalpha() for c in found)
    other = found.lower().startswith(_NOT_STREETS) or letters < 3 or _CODE.search(found) or not _NUMBER.search(found)
    return () if other else ((start, start + len(found)),)


RULES: Final = (
    Recogniser(
        "ADDRESS",
        "box",
        "a post-office box",
        rf"(?i)\b(?:P\.?[ ]?O\.?[ ]?Box|Postfach|Apartado|Boite[ ]postale|BP|Casella[ ]postale|Caixa[ ]postal|"
        rf"Postbus|Postboks|PSC)[ ]\d{{1,7}}\b(?-i:{TAIL})",
        gate=r"(?i)\b(?:box|postfach|apartado|postale?|bp|postbus|postboks|psc)[ ]\d",
    ),
    Recogniser(
        "ADDRESS",
        "military",
        "a box of the US forces' post",
        r"\b(?:PSC|CMR|Unit|USNS|USS|USCGC)[ ][\w ]{1,24}[,\n ]{1,2}(?:Box[ ]\d+[,\n ]{1,2})?[AFD]PO,?[ ]A[AEP][ "
        r"]\d{5}(?:-\d{4})?",
        gate=r"\b[AFD]PO,?[ ]A[AEP]",
    ),
    Recogniser(
        "ADDRESS",
        "us line",
        "town, state and ZIP code",
        US_LINE,
        gate=r"[A-Za-z][ ,]{1,2}\d\d\d\d\d",
    ),
    Recogniser(
        "ADDRESS",
        "us zip",
        "state and ZIP code",
        US_CODE,
        gate=r"[A-Za-z][ ,]{1,2}\d\d\d\d\d",
    ),
    # Royal Mail PAF form; the inward part alone never stands
    Recogniser("ADDRESS", "uk postcode", "the form of a UK postcode", rf"\b{UK_CODE.replace('[ ]?', '[ ]')}", _coded),
    Recogniser(
        "ADDRESS",
        "canadian postcode",
        "the form of a Canadian postcode",
        rf"\b{CANADIAN_CODE.replace('[ -]?', '[ ]')}",
        _coded,
    ),
    Recogniser(
        "ADDRESS",
        "named code",
        "called a postcode",
        named(_CODES, r"[A-Z0-9][A-Z0-9-]{2,8}(?:[ ][A-Z0-9]{2,3})?"),
        having(with_digit),
        1,
        gate=called(_CODES),
    ),
    Recogniser(
        "ADDRESS",
        "named",
        "called an address, with a number in it",
        rf"(?i)(?:\b|_)(?:{_ADDRESS})[\"']?[ ]*[:=][ ]*[\"']?([^\n;|@\"{{}}<>]{{0,120}}\d[^\n;|@\"{{}}<>]{{0,120}})",
        _labelled,
        1,
        gate=rf"(?i)(?:\b|_)(?:{_ADDRESS})[\"']?[ ]*[:=]",
    ),
)
