"""Is this a national number that a word names? Most are bare digits: word and check digits together prove it."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Final

from stdnum.in_ import aadhaar

from vecgate.masking.detect.patterns._base import Recogniser, Span, after, before, called, digits, named

_TEN: Final = r"\d(?:[ .-]?\d){9}"
_ELEVEN: Final = r"\d(?:[ .-]?\d){10}"
_ANY: Final = r"[A-Z0-9](?:[ ./-]?[A-Z0-9]){6,19}"

#: Country and module of python-stdnum, the words people call it by, its form.
_NUMBERS: Final = (
    ("gb", "nhs", r"nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
    ("gb", "utr", r"utr|unique[ ]taxpayer", _ANY),
    ("ca", "sin", r"sin|social[ ]insurance", r"\d{3}[ -]?\d{3}[ -]?\d{3}"),
    ("ca", "bc_phn", r"phn|personal[ ]health", _TEN),
    ("au", "tfn", r"tfn|tax[ ]file", r"\d{2,3}[ ]?\d{3}[ ]?\d{3}"),
    ("au", "abn", r"abn", _ELEVEN),
    ("nz", "ird", r"ird", r"\d{2,3}[ -]?\d{3}[ -]?\d{3}"),
    ("ie", "pps", r"ppsn?|personal[ ]public[ ]service", r"\d{7}[A-W][A-IW]?"),
    ("de", "idnr", r"idnr|steuer-?id(?:nr|entifikationsnummer)?|identifikationsnummer|tin", _ELEVEN),
    ("at", "vnr", r"svnr|sv-?nummer|sozialversicherungsnummer", _TEN),
    ("ch", "ssn", r"ahv(?:-?nr|-?nummer)?|avs|sozialversicherungsnummer|n[o.]{0,2}[ ]avs",
        r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}"),
    ("fr", "nir", r"nir|securite[ ]sociale|insee", r"[12](?:[ ]?\d){4}(?:[ ]?[\dAB])(?:[ ]?\d){7}(?:[ ]?\d{2})"),
    ("fr", "nif", r"spi|numero[ ]fiscal", r"\d(?:[ ]?\d){12}"),
    ("es", "cif", r"cif|nif", r"[A-Z]-?\d{7}-?[A-Z0-9]"),
    ("pt", "nif", r"nif|contribuinte", r"\d{3}[ ]?\d{3}[ ]?\d{3}"),
    ("pt", "cc", r"cartao[ ]de[ ]cidadao|cc", r"\d{8}[ ]?\d[ ]?[A-Z0-9]{2}\d"),
    ("it", "iva", r"partita[ ]iva|p\.?[ ]?iva", _ELEVEN),
    ("nl", "bsn", r"bsn|burgerservicenummer|sofi", r"\d{9}|\d{4}[ .]\d{2}[ .]\d{3}|\d{3}[ .]\d{3}[ .]\d{3}"),
    ("be", "nn", r"rijksregister(?:nummer)?|registre[ ]national|insz|niss", _ELEVEN),
    ("lv", "pvn", r"personas[ ]kods|pvn", _ELEVEN),
    ("ee", "ik", r"isikukood", _ELEVEN),
    ("lt", "asmens", r"asmens[ ]kodas", _ELEVEN),
    ("se", "personnummer", r"person(?:nummer|nr|al[ ]identity)", r"(?:\d{2})?\d{6}[-+]?\d{4}"),
    ("no", "fodselsnummer", r"fodselsnummer|fodselsnr|personnummer|fnr", r"\d{6}[ ]?\d{5}"),
    ("dk", "cpr", r"cpr(?:-?(?:nr|nummer))?", r"\d{6}-?\d{4}"),
    ("is_", "kennitala", r"kennitala|kt", r"\d{6}-?\d{4}"),
    ("pl", "pesel", r"pesel", _ELEVEN),
    ("pl", "nip", r"nip", _TEN),
    ("cz", "rc", r"rodne[ ]cislo|rc|r\.?[ ]?c\.", r"\d{6}/?\d{3,4}"),
    ("hu", "anum", r"adoszam", r"\d{8}-?\d-?\d{2}"),
    ("ro", "cnp", r"cnp", r"\d{13}"),
    ("bg", "egn", r"egn|aan", _TEN),
    ("hr", "oib", r"oib", _ELEVEN),
    ("si", "emso", r"emso|jmbg", r"\d{13}"),
    ("gr", "amka", r"amka", _ELEVEN),
    ("gr", "vat", r"afm", r"\d{9}"),
    ("tr", "tckimlik", r"tc(?:[ ]?kimlik)?|t\.?c\.?[ ]kimlik|kimlik", _ELEVEN),
    ("ru", "inn", r"inn", r"\d{10}|\d{12}"),
    ("ua", "rntrc", r"rnokpp|ipn|rntrc", _TEN),
    ("il", "idnr", r"teudat[ ]zehut|israeli[ ]id", r"\d{9}"),
    ("in_", "aadhaar", r"aadhaar|aadhar|uid(?:ai)?", r"\d{4}[ -]?\d{4}[ -]?\d{4}"),
    ("in_", "epic", r"epic|voter", r"[A-Z]{3}\d{7}"),
    ("pk", "cnic", r"cnic|nadra", r"\d{5}-?\d{7}-?\d"),
    ("cn", "ric", r"ric|resident[ ]identity|shenfenzheng|id[ ]card", r"\d{17}[\dX]"),
    ("kr", "rrn", r"rrn|resident[ ]registration", r"\d{6}-?\d{7}"),
    ("jp", "in_", r"my[ ]?number|kojin[ ]bango", r"\d{4}[ -]?\d{4}[ -]?\d{4}"),
    ("th", "pin", r"thai[ ](?:national[ ])?id|citizen[ ]id", r"\d(?:-?\d){12}"),
    ("my", "nric", r"nric|mykad|ic", r"\d{6}-?\d{2}-?\d{4}"),
    ("id", "nik", r"nik|ktp", r"\d{16}"),
    ("za", "idnr", r"(?:south[ ]african?[ ])?id|rsa[ ]id|sa[ ]id", r"\d{6}[ ]?\d{4}[ ]?\d{2}[ ]?\d|\d{13}"),
    ("br", "cpf", r"cpf", r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}"),
    ("br", "cnpj", r"cnpj", r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}"),
    ("ar", "cuit", r"cui[tl]", r"\d{2}-?\d{8}-?\d"),
    ("ar", "dni", r"dni", r"\d{1,2}\.?\d{3}\.?\d{3}"),
    ("cl", "rut", r"ru[tn]", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dK]"),
    ("co", "nit", r"nit", r"\d{3}\.?\d{3}\.?\d{3}-?\d"),
    ("mx", "rfc", r"rfc", r"[A-Z]{3,4}-?\d{6}-?[A-Z0-9]{3}"),
    ("pe", "cui", r"dni|cui", r"\d{8}(?:-?[0-9A-K])?"),
    ("ec", "ci", r"cedula|ci", _TEN),
    ("do", "cedula", r"cedula", r"\d{3}-?\d{7}-?\d"),
    ("us", "rtn", r"routing|aba|rtn", r"\d{9}"),
    ("us", "ein", r"ein|employer[ ]identification|fein", r"\d{2}-?\d{7}"),
)  # fmt: skip


def _proved(is_valid: Callable[[str], bool]) -> Callable[[str, int, int], Iterable[Span]]:
    def check(text: str, start: int, end: int) -> Iterable[Span]:
        return ((start, end),) if is_valid(text[start:end].upper()) else ()

    return check


def _rule(country: str, module: str, words: str, form: str) -> Recogniser:
    register: Any = import_module(f"stdnum.{country}.{module}")
    home = country.rstrip("_")
    return Recogniser(
        "ID",
        f"{home} {module.rstrip('_')}",
        "called one, and its check digits",
        named(words, form),
        _proved(register.is_valid),
        1,
        called(words),
    )


def _aadhaar(text: str, start: int, end: int) -> Iterable[Span]:
    # "(?<!" is no RE2; what is longer than three groups is a card or an account.
    beside = before(text, start, 2).rstrip(" -")[-1:] + after(text, end, 2).lstrip(" -")[:1]
    if any(map(str.isdigit, beside)) or len(set(digits(text[start:end]))) < _FEWEST_DIGITS:
        return ()
    return ((start, end),) if aadhaar.is_valid(text[start:end]) else ()


_FEWEST_DIGITS: Final = 4

RULES: Final = (
    *(_rule(*row) for row in _NUMBERS),
    Recogniser(
        "ID",
        "in aadhaar alone",
        "twelve digits in three groups, as Aadhaar's are written, and their check digit",
        r"\b[2-9]\d{3}[ ]\d{4}[ ]\d{4}\b",
        _aadhaar,
        gate=r"\d{4}[ ]\d{4}[ ]\d{4}",
    ),
)
