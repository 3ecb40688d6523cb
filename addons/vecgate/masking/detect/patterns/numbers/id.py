"""Is this a number some register knows a person by? Because the words before it say so."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, called, digits, named

_PAPERS: Final = (
    r"passports?|pass(?:eport|aporte|aporto|ap)|reisepass(?:nummer)?|paspoort(?:nummer)?|driver'?s?[ _-]?licen[cs]e|"
    r"driving[ _-]?licen[cs]e|licen[cs]e[ _-](?:number|no|id|\#)|dl(?:[ _-]?(?:number|no|\#))|permis[ ]de[ ]conduire|"
    r"fuhrerschein(?:nummer)?|licencia[ ]de[ ]conducir|patente|rijbewijs(?:nummer)?|national[ _-]?id|"
    r"id[ _-](?:card|document)|identity[ _-]document|identity[ _-](?:card|number)|identification[ _-](?:card|"
    r"number)|government[ _-]id|"
    r"personalausweis(?:nummer)?|"
    r"carte[ ]d'identite|carta[ ]d'identita|documento[ ]de[ ]identidad|residence[ _-]permit|green[ ]card|visa[ "
    r"_-](?:number|no)|"
    r"voter[ _-]?id|alien[ _-](?:number|registration)|birth[ _-]certificate|social[ _-]insurance|id[ _-]?number|cedula"
)
_HEALTH: Final = (
    r"npi|mrn|mbi|dea(?:[ _-](?:number|no|\#))|medical[ _-]?record(?:[ _-]?id)?|record[ _-]?(?:number|no)|"
    r"patient[ _-]?(?:id|number|no|record)|chart[ "
    r"_-](?:number|no)|"
    r"health[ _-](?:card|plan|insurance|id)|insurance[ _-](?:id|number|no|policy)|medicare|medicaid|nhs|hospital[ "
    r"_-](?:id|number|no)|"
    r"beneficiary[ _-](?:id|number|no)|subscriber[ _-](?:id|number|no)|group[ _-](?:id|number|no)|versichertennummer|"
    r"medical[ _-]licen[cs]e|prescription[ _-](?:number|no)|rx[ _-]?(?:number|no|\#)"
)
_WORK: Final = (
    r"employee[ _-]?(?:id|number|no)|emp[ _-]?id|staff[ _-]?(?:id|number|no)|personnel[ _-]?(?:id|number|no)|badge[ "
    r"_-]?(?:id|number|no)|"
    r"student[ _-]?(?:id|number|no)|member(?:ship)?[ _-]?(?:id|number|no)|customer[ _-]?(?:id|number|no)|client[ "
    r"_-]?(?:id|number|no)|"
    r"kundennummer|personalnummer|matrikelnummer|numero[ ]de[ ]cliente|loyalty[ _-](?:id|number|no|card)|frequent[ "
    r"_-]flyer"
)
_MONEY: Final = (
    r"(?:bank[ _-]?|checking[ _-]|savings[ _-]|current[ _-])?(?:account|acct|a/c|acc)[ _-]?(?:number|no|num|id|\#)|"
    r"acct|bank[ _-]account|"
    r"routing(?:[ _-](?:number|no|transit))?|\baba|sort[ _-]code|tax[ _-]?(?:id|number|no|payer|file)|taxpayer|tin|"
    r"ein|itin|atin|"
    r"vat[ _-]?(?:id|number|no|reg)|steuer(?:nummer|-?id)|kontonummer|numero[ ](?:de[ ]cuenta|fiscal)|numero[ ]de[ "
    r"]compte|"
    r"policy[ _-]?(?:number|no|id)|claim[ _-]?(?:number|no|id)|loan[ _-](?:number|no|id)|mortgage[ _-](?:number|no)"
)
_THINGS: Final = (
    r"vin|vehicle[ _-]identification|licen[cs]e[ _-]plate|number[ _-]plate|plate[ _-](?:number|no)|kennzeichen|"
    r"vehicle[ _-]registration|registration[ _-](?:number|no|plate)|imei|imsi|meid|iccid|device[ _-](?:id|serial)|"
    r"serial[ _-]?number"
)
_FORM: Final = r"[A-Z0-9](?:[A-Z0-9/.-]|[ ]\d|[ ][A-Z]{1,2}\d){2,28}"
_SHORT: Final = r"[A-Z0-9](?:[A-Z0-9/.-]|[ ]\d){2,24}"
_PLATE: Final = r"[A-Z]{1,3}[ -]?[A-Z]{0,2}[ -]?\d{1,4}[ -]?[A-Z]{0,3}|\d{1,4}[ -]?[A-Z]{1,3}[ -]?\d{0,4}"
_DATE: Final = re.compile(r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}")
_EDGE: Final = "./-"


def _numbered(least: int, text: str, start: int, end: int) -> Iterable[Span]:
    found = text[start:end].rstrip(_EDGE)
    return ((start, start + len(found)),) if len(digits(found)) >= least and not _DATE.fullmatch(found) else ()


def _of_four(text: str, start: int, end: int) -> Iterable[Span]:
    return _numbered(4, text, start, end)


def _of_three(text: str, start: int, end: int) -> Iterable[Span]:
    return _numbered(3, text, start, end)


RULES: Final = (
    Recogniser(
        "ID",
        "paper",
        "called the number of a passport, a licence or an identity card",
        named(_PAPERS, _FORM),
        _of_four,
        1,
        gate=called(_PAPERS),
    ),
    Recogniser(
        "ID",
        "health",
        "called a patient's, an insured person's or a doctor's number",
        named(_HEALTH, _SHORT),
        _of_three,
        1,
        gate=called(_HEALTH),
    ),
    Recogniser(
        "ID",
        "membership",
        "called the number of an employee, a student, a member or a customer",
        named(_WORK, _SHORT),
        _of_three,
        1,
        gate=called(_WORK),
    ),
    Recogniser(
        "ID",
        "account",
        "called the number of an account, a policy or a taxpayer",
        named(_MONEY, _FORM),
        _of_four,
        1,
        gate=called(_MONEY),
    ),
    Recogniser(
        "ID",
        "thing",
        "called the number of a vehicle or a device",
        named(_THINGS, _SHORT),
        _of_four,
        1,
        gate=called(_THINGS),
    ),
    Recogniser(
        "ID",
        "plate",
        "called a number plate",
        named(r"licen[cs]e[ _-]plates?|number[ _-]plates?|plates?(?:[ _-](?:number|no))?|kennzeichen|vrm", _PLATE),
        _of_three,
        1,
        gate=r"(?i)\b(?:plates?|kennzeichen|vrm)",
    ),
)
