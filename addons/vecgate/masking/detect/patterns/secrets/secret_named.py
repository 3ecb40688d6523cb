"""Is this a password, a key or a code? Because the text says so."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, with_digit, words

_WORDS: Final = (
    r"pass[ _-]?word|passwd|pass[ _-]?phrase|pass[ _-]?code|pwd|contrasena|clave(?:[ ]de[ ]acceso)?|mot[ ]de[ ]passe|"
    r"passwort|kennwort|senha|palavra-passe|wachtwoord|haslo|heslo|losenord|adgangskode|passord|salasana|parola|"
    r"sifre|jelszo"
)
_KEY: Final = (
    r"api[ _-]?key|apikey|api[ _-]?secret|api[ _-]?token|secret(?:[ _-]?(?:access[ _-]?)?key)?|access[ _-]?key|"
    r"(?:access|auth|refresh|bearer|session|security|id|csrf|xsrf|user|bot|deploy)[ _-]?token|client[ _-]?secret|"
    r"(?:private|encryption|signing|master|shared|account|sharedaccess|storage|license|licence|product|activation|"
    r"recovery|webhook|app)[ _-]?(?:key|secret)|credentials?|sess(?:ion)?[ _-]?id|jsessionid|phpsessid"
)
_CODE: Final = (
    r"pin(?:[ _-]?(?:code|number))?|cvv2?|cvc2?|card[ _-]verification[ _-](?:code|value)|security[ _-]code|otp|"
    r"one[ _-]time[ _-](?:code|pass(?:word|code)|pin)|verification[ _-]code|auth(?:entication|orization)?[ _-]code|"
    r"2fa(?:[ _-]code)?|mfa[ _-]code|tan|backup[ _-]code|access[ _-]code|codigo[ ]de[ ]seguridad"
)
_MARK: Final = r"[\"']?[ ]{0,2}(?::=|=>|==?|:)[ ]{0,2}(?:[bru]?[\"'])?"
_VALUE: Final = r"([^\s\"'<>,;]{4,256})"
#: What stands in the place of a secret and is none: types, placeholders, and words about secrets.
_NOT_SECRETS: Final = words("""
str string bytes int bool none null nil true false undefined required optional password passwd secret token key must
should please enter your the this that and not reset changed expired invalid incorrect wrong missing forgot forgotten
minimum maximum empty hidden redacted masked default value input text type name user username admin set get self args
kwargs config settings options params env environ process request response secretstr field example placeholder updated
sent protected encrypted hashed stored used needed with from when will can xxxx xxxxx xxxxxx xxxxxxxx **** *****
****** ******** authentication authorization policy policies manager
""")
_CODE_MARKS: Final = (
    "$",
    "{",
    "<",
    "%(",
    "%s",
    "[",
    "(",
    "&",
    "os.",
    "self.",
    "process.",
    "env.",
    "config.",
    "settings.",
    "...",
)
_EDGE: Final = ".,:;!?)]}"
_SHORTEST_KEY: Final = 8
_FEWEST_CODE_DIGITS: Final = 3


_PLACEHOLDER: Final = re.compile(r"(?i)[a-z_-]*(?:password|passwd|secret|token|key)[a-z_-]*")


def _value(text: str, start: int, end: int) -> Span | None:
    """The value without what closes the sentence; None for a placeholder, a type, or code that fetches it."""
    found = text[start:end].rstrip(_EDGE) if text[end - 1 : end] in _EDGE else text[start:end]
    called = "(" in found or found.startswith(_CODE_MARKS) or found.startswith("/")
    if called or _PLACEHOLDER.fullmatch(found) or found.lower().strip("_-*.") in _NOT_SECRETS or len(set(found)) < 2:
        return None
    return start, start + len(found)


def _password(text: str, start: int, end: int) -> Iterable[Span]:
    value = _value(text, start, end)
    return (value,) if value and value[1] - value[0] >= 4 else ()


def _key(text: str, start: int, end: int) -> Iterable[Span]:
    # A key is long and has digits in it, or is too long for a word.
    value = _value(text, start, end)
    if value is None:
        return ()
    found = text[slice(*value)]
    return (value,) if len(found) >= _SHORTEST_KEY and (with_digit(found) or len(found) >= 24) else ()


def _said(text: str, start: int, end: int) -> Iterable[Span]:
    # "The password is wrong" is a sentence: a password has something in it that a word has not.
    value = _value(text, start, end)
    return (value,) if value and not text[slice(*value)].isalpha() and with_digit(text[slice(*value)]) else ()


def _beside(text: str, start: int, end: int) -> Iterable[Span]:
    # "password Blue#Tree42": no mark between, so it must look like one: letters, a digit, and a sign or both cases.
    for a, b in _said(text, start, end):
        found = text[a:b]
        letters = any(c.isalpha() for c in found)
        signs = any(not c.isalnum() and c not in "-/.'" for c in found) or not (found.islower() or found.isupper())
        if letters and signs and b - a >= _SHORTEST_KEY - 2:
            yield a, b


_NOT_WORDSS: Final = frozenset({"pass", "pw", "pwd", "mypassword", "mypass", "guest"}) | _NOT_SECRETS


def _in_url(text: str, start: int, end: int) -> Iterable[Span]:
    found = text[start:end]
    placeholder = (
        found.startswith(_CODE_MARKS) or _PLACEHOLDER.fullmatch(found) or found.lower().strip("_-*.") in _NOT_WORDSS
    )
    return () if placeholder or not found.strip("*x.") else ((start, end),)


RULES: Final = (
    Recogniser(
        "SECRET",
        "password",
        "called a password",
        rf"(?i)(?:\b|_)(?:{_WORDS}|\bpass){_MARK}{_VALUE}",
        _password,
        1,
        gate=rf"(?i)(?:\b|_)(?:{_WORDS}|pass)[\"\']?[ ]*[:=]",
    ),
    Recogniser(
        "SECRET",
        "password said",
        "said to be a password, and no mere word",
        rf"(?i)\b(?:{_WORDS})[ ](?:is|was|ist|es|est|e)(?:[ ]now)?:?[ ][\"']?{_VALUE}",
        _said,
        1,
        gate=rf"(?i)\b(?:{_WORDS})[ ]",
    ),
    Recogniser(
        "SECRET",
        "password beside",
        "right behind the word, with letters, digits and more",
        rf"(?i)\b(?:{_WORDS})[ ]+[\"']?{_VALUE}",
        _beside,
        1,
        gate=rf"(?i)\b(?:{_WORDS})[ ]",
    ),
    Recogniser(
        "SECRET",
        "password given",
        "given to a command as a password",
        r"(?i)(?:--password|--pass|--passwd|--token|--api-key|--secret)[ =][\"']?([^\s\"'<>-][^\s\"'<>]{3,128})",
        _password,
        1,
        gate=r"(?i)--(?:pass|token|api-key|secret)",
    ),
    Recogniser(
        "SECRET",
        "key",
        "called a key or token, and long enough for one",
        rf"(?i)(?:\b|_)(?:{_KEY}|\btoken)(?:{_MARK}|[ ]is:?[ ][\"']?){_VALUE}",
        _key,
        1,
        gate=rf"(?i)(?:\b|_)(?:{_KEY}|token)(?:[\"\']?[ ]*[:=]|[ ]is)",
    ),
    Recogniser(
        "SECRET",
        "code",
        "called a PIN, a card's code or a one-time code",
        rf"(?i)\b(?:{_CODE})(?:[\"']?[ ]?(?:[:=\#]|is|was|-)[ ]?[\"']?|[ ])(\d{{3,8}})\b",
        group=1,
        gate=rf"(?i)\b(?:{_CODE})(?:[^a-z]|$)",
    ),
    Recogniser(
        "SECRET",
        "bearer",
        "sent as credentials of HTTP",
        r"(?i)\b(?:authorization[\"']?[ ]*[:=][ ]*[\"']?)?(?:bearer|basic|token|apikey)[ ]+([\w.~+/-]{16,}={0,2})",
        _key,
        1,
        gate=r"(?i)\b(?:bearer|basic|token|apikey)[ ]",
    ),
    Recogniser(
        "SECRET",
        "authorization",
        "sent as credentials of HTTP",
        r"(?i)\bauthorization[\"']?[ ]*[:=][ ]*[\"']?(?:[a-z]+[ ]+)?([\w.~+/-]{8,}={0,2})",
        group=1,
        gate=r"(?i)\bauthorization\b",
    ),
    Recogniser(
        "SECRET",
        "url",
        "the password part of an address",
        r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]{0,64}:([^\s/@\"'<>]{1,128})@",
        _in_url,
        1,
        gate=r"://[^\s/:@\"\'<>]*:[^\s/@]*@",
    ),
    Recogniser(
        "SECRET",
        "signature",
        "the signature of a signed address",
        r"(?i)[?&](?:sig|signature|x-amz-signature|x-goog-signature)=([\w%+/=-]{16,})",
        group=1,
        gate=r"(?i)[?&](?:sig|signature|x-amz-signature|x-goog-signature)=",
    ),
    Recogniser(
        "SECRET",
        "curl",
        "user and password given to a command",
        r"(?i)\bcurl\b[^\n]{0,200}?[ ](?:-u|--user)[ =][\"']?[^\s:\"']{1,64}:([^\s\"']{3,128})",
        _in_url,
        1,
        gate=r"(?i)\bcurl\b",
    ),
)
