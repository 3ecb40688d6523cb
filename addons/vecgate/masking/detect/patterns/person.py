"""Is this a name because of the words around it (title, greeting, label; also `Last, First`)?"""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.known import is_name
from vecgate.masking.detect.patterns._base import Recogniser, Span, in_thing, words

_PART: Final = r"[A-Z][\w'-]{0,24}"
_PARTICLE: Final = (
    r"(?:van|von|vom|zu|zum|de|der|den|da|do|dos|das|di|la|le|del|della|bin|ibn|bint|al|el|ter|ten|af|av|y|e)"
)
#: Small words inside names.
PARTICLES: Final = words(
    "van von vom zu zum de der den da do dos das di la le del della bin ibn bint al el ter ten af av y e of the und and"
)
_PARTICLES: Final = rf"(?:{_PARTICLE}[ ])*"
# The initial first: a capital alone is a part of a name too, and would leave its dot and all behind it.
_WORD: Final = rf"(?:(?:[A-Z]\.[ ]?-?){{1,3}}{_PART}|[A-Z]\.|{_PART})"
_NAME: Final = rf"{_WORD}(?:[ ]{_PARTICLES}{_WORD}){{0,3}}"
_FULL: Final = rf"(?:{_WORD}(?:[ ]{_PARTICLES}{_WORD}){{1,3}}|(?:[A-Z]\.[ ]?){{1,3}}{_PART})"
_LAST_FIRST: Final = rf"{_PART}(?:[ -]{_PART})?,[ ]{_PART}(?:[ ](?:{_PART}|[A-Z]\.))?"

_TITLES: Final = (
    r"Mr|Mrs|Ms|Miss|Mx|Mister|Dr|Prof|Professor|Doctor|Sir|Dame|Rev|Fr|Hon|Judge|Capt|Lt|Sgt|Col|"
    r"Herr|Herrn|Frau|M|Mme|Mlle|Monsieur|Madame|Senor|Senora|Senorita|Sr|Sra|Srta|Don|Dona|Sig|Sig\.ra|Signor|"
    r"Signora|Dott|"
    r"Dhr|Mevr|Mw|Meneer|Mevrouw|Pan|Pani|Herra|Rouva|Bay|Bayan|Shri|Smt"
)
#: Letters that stand for other things too ("M 5", "Don Quixote", "Bay Area", "Pan African") need their dot.
_DOTTED: Final = words("""
M Don Bay Pan Fr Hon Sig Rev Col Sr Lt Judge Sir Dame
""")
_SAYS: Final = (
    r"my (?:full )?name is|my name's|name's|(?:his|her|their|customer|patient|caller|client)(?:'s)? name is|i am "
    r"called|they call me|"
    r"je m'appelle|mon nom est|ich heise|mein name ist|me llamo|mi nombre es|mi chiamo|il mio nome e|meu nome e|"
    r"(?:eu )?me chamo|"
    r"chamo-me|mijn naam is|ik heet|nazywam sie|mam na imie|jag heter|mitt namn ar|jeg hedder|jeg heter|mit navn er|"
    r"jmenuji se|"
    r"minun nimeni on|nimeni on|hivnak|a nevem|numele meu este|ma numesc|benim adim|adim"
)
_AM: Final = r"i am|i'm|this is|here is|it's|here's|soy|sono|ich bin|je suis|sou"
_NAMED: Final = (
    r"(?:(?:full|first|last|middle|customer|client|patient|contact|account|card[ ]?holder|employee|user|given|"
    r"family|maiden|legal|"
    r"display|owner|author|agent|sender|recipient|reporter|assignee|applicant|insured|beneficiary|emergency contact|"
    r"doctor|"
    r"mother's(?: maiden)?|father's|spouse)[ _-]?name|fullname|surname|forename|vorname|nachname|familienname|"
    r"prenom|nom(?: de famille)?|"
    r"nombre(?: completo)?|apellidos?|cognome|sobrenome|achternaam|voornaam|imie(?: i nazwisko)?|nazwisko|fornamn|"
    r"efternamn|"
    r"fornavn|etternavn|efternavn|jmeno|prijmeni|etunimi|sukunimi)"
)
_ROLES: Final = (
    r"name|nome|naam|navn|namn|customer|patient|client|attn|attention|author|assignee|assigned to|reporter|"
    r"requester|applicant|"
    r"card ?holder|account ?holder|policy ?holder|beneficiary|spouse|guest|tenant|landlord|passenger|employee|owner|"
    r"contact|contact person|"
    r"agent|sender|recipient|signed by|created by|updated by|reported by|approved by|reviewed by|submitted by|"
    r"prepared by|handled by|"
    r"cc|bcc|from|to|caller|doctor|physician|nurse|driver|candidate|manager|supervisor|witness|payee|payer|buyer|"
    r"seller|student|teacher|"
    r"kunde|klient|cliente|paciente|paziente|klant|titular|inhaber|ansprechpartner|absender|empfanger|destinatario|"
    r"remitente|kontakt"
)
# Words that stand in the place of a name and are none.
NOT_NAMES: Final = words("""
Team Support Customer Customers Sir Madam All Everyone Everybody Service Services Sales Thank Thanks Please The This
That Number Order Invoice Account Email Phone Address Name Date Your Our Not Monday Tuesday Wednesday Thursday Friday
Saturday Sunday Mon Tue Wed Thu Fri Sat Sun January February March April May June July August September October
November December None Null True False Yes No Inc Ltd LLC Dear Best Kind Regards Company Unknown Anonymous Admin User
Users Subject Male Female We It If In On At For And But When What How There Here Just Still Also Hi Hello I My You He
She They Is Are Was Will Can Could Would Should Very So As An A Re Fwd Good Morning Afternoon Evening Welcome Sorry
Glad Happy Looking Trying Having Writing Calling Using Sent Get Go See Use Run New Old Open Closed High Low Medium
Critical Urgent Pending Active Inactive Status Type Title Description Summary Notes Note Ticket Case Issue Error
Warning Info Debug Message Text Page Chapter Section Table Figure Version Test Example Default Manager Department
Office Group Inbox Human Resources Friend Friends Colleague Colleagues Sirs Ladies Gentlemen Folks Guys Members Member
Partner Partners Parent Parents Guardian Neighbour Neighbor Resident Guest Reader Candidate Applicant Doctor Nurse
Teacher Student Patient Client Bot Assistant System Agent Operator Server Database Api Data File Street City Country
State Zip Code Tel Mobile Fax Web Url
Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Lundi Mardi Mercredi Jeudi Vendredi Samedi Dimanche
Lunes Martes Jueves Viernes Maandag Dinsdag Woensdag Donderdag Vrijdag Zaterdag Zondag
""")
#: With one of these in it, it is the name of a firm or an office.
FIRMS: Final = words("""
Inc Ltd LLC GmbH AG SA BV NV Corp Corporation Company Co Group Bank University College School Hospital Clinic
Department Institute Foundation Association Committee Council Ministry Agency Systems Solutions Technologies Software
Labs Center Centre Office Services Logistics Insurance Partners Holdings Studio Media Airlines Hotel Restaurant Store
Shop Team Sdn Bhd SDN BHD PTE LTD Pte Plc PLC
""")
_EDGE: Final = ".,'"


def _name(text: str, start: int, end: int) -> Iterable[Span]:
    """The words up to the first that is no name's."""
    stop = start
    words = text[start:end].split(" ")
    if any(word.strip(_EDGE) in FIRMS for word in words[1:]):
        return ()
    for word in words:
        if word.strip(_EDGE) in NOT_NAMES:
            break
        stop += len(word) + 1
    stop -= 1
    while stop > start and text[stop - 1] == "'":
        stop -= 1
    if text[stop - 1 : stop] == "." and not text[stop - 2 : stop - 1].isupper():
        stop -= 1  # the sentence's, unless it is an initial's
    if text[start:stop].endswith("'s"):
        stop -= 2
    return ((start, stop),) if stop > start + 1 else ()


def _two(text: str, start: int, end: int) -> Iterable[Span]:
    """As above, but at least two words: one alone could be anything."""
    for a, b in _name(text, start, end):
        if " " in text[a:b]:
            yield a, b


_DRAWN: Final = re.compile(r"[^\n]*\n[ |:-]*--[ |:-]*(?:\n|$)")
#: Goods that are called with a title: Dr Pepper.
_TITLED_GOODS: Final = words("Pepper Martens Oetker Muscle Kipling Scholl Bronner")


def _in_no_heading(text: str, start: int, end: int) -> Iterable[Span]:
    """Not the next word of a table's heading, which a line is drawn below: | Last name | Town |."""
    heading = text[max(0, start - 2) : start].startswith("|") and _DRAWN.match(text, end)
    return () if heading else _name(text, start, end)


def _two_of_somebody(text: str, start: int, end: int) -> Iterable[Span]:
    return () if in_thing(text, start) else _two(text, start, end)


def _name_of_somebody(text: str, start: int, end: int) -> Iterable[Span]:
    return () if in_thing(text, start) else _name(text, start, end)


def _titled(text: str, start: int, end: int) -> Iterable[Span]:
    head = text[max(0, start - 12) : start].split()[-1:]
    if head and head[0].lstrip("(\"'") in _DOTTED:
        return ()
    if text[start:end].split(" ")[0].rstrip(_EDGE) in _TITLED_GOODS:
        return ()
    return _name(text, start, end)


_GREETING: Final = (
    r"(?im:^[ >]*(?:dear|hi|hello|hey|bonjour|hola|ciao|ola|hallo|liebe[r]?|cher|chere|querid[oa]|estimad[oa]|"
    r"car[oa]|beste|geachte|hej|prezad[oa])[ ]+)"
)
_CLOSING: Final = (
    r"(?i:\b(?:signed|sincerely|regards|thanks|thank you|cheers|best|best wishes|yours truly|yours|faithfully|"
    r"cordially|"
    r"grusen|gruse|mfg|cordialement|saludos|atentamente|saluti|abracos|atenciosamente|groet|groeten|hilsen|"
    r"halsningar|pozdrawiam)[,.!]?)"
)


def _listed(text: str, start: int, end: int) -> Iterable[Span]:
    for item in _QUOTED_NAME.finditer(text, start, end):
        if item[1] not in NOT_NAMES:
            yield item.span(1)


def _part(text: str, start: int, end: int) -> Iterable[Span]:
    # "first": "Introduction" is a chapter: what comes first or last must be a name.
    key = text[max(0, start - 12) : start].lower()
    sure = not ("first" in key or "last" in key or "middle" in key) or is_name(text[start:end].split(" ")[0])
    return _name(text, start, end) if sure else ()


_QUOTED_NAME: Final = re.compile(r"[\"']([A-Z][\w' .-]{1,40})[\"']")
_LISTS: Final = (
    r"given|(?:given|first|last|family|middle)?[_ ]?names?|attendees?|participants?|members?|authors?|children|guests?|"
    r"passengers?|signatories|witnesses"
)

RULES: Final = (
    Recogniser(
        "PERSON",
        "listed",
        "in a list under a word for names",
        rf"(?i:[\"'](?:{_LISTS})[\"'][ ]?:[ ]?)\[([^\]\n]{{1,400}})\]",
        _listed,
        1,
        gate=r"[\"'][ ]?:[ ]?\[[ ]?[\"'][A-Z]",
    ),
    Recogniser(
        "PERSON",
        "part",
        "a field that holds a part of a name",
        rf"(?:(?i:[\"'](?:first|last|given|family|middle)[\"'][ ]?:[ ]?[\"'])"
        rf"|^(?i:first|last|given|family|middle):[ ])({_NAME})(?:[\"']|$)",
        _part,
        1,
        gate=r"(?i)(?:first|last|given|family|middle)[\"']?[ ]?:",
    ),
    Recogniser(
        "PERSON",
        "title",
        "behind a title",
        rf"\b(?:{_TITLES})\b\.?[ ](?:(?:Dr|Prof|med|h\.c)\.[ ])*({_NAME})",
        _titled,
        1,
        gate=rf"\b(?:{_TITLES})\b\.?[ ]",
    ),
    Recogniser(
        "PERSON",
        "said",
        "somebody says it is a name",
        rf"(?i:\b(?:{_SAYS}))[ ]+({_NAME})",
        _name,
        1,
        gate=rf"(?i)\b(?:{_SAYS})[ ]",
    ),
    Recogniser(
        "PERSON",
        "introduced",
        "somebody says who they are",
        rf"(?i:\b(?:{_AM}))[ ]+({_FULL})",
        _two,
        1,
        gate=rf"(?i:\b(?:{_AM}))[ ]+(?:[A-Z])",
    ),
    Recogniser(
        "PERSON",
        "calling",
        "somebody who calls, speaks or writes says it",
        rf"(?i:\b(?:this is|it's|here is))[ ]+({_NAME})[ ](?i:calling|speaking|here|from|writing|again)\b",
        _name,
        1,
        gate=r"(?i)\b(?:this is|it\'s|here is)[ ]",
    ),
    Recogniser(
        "PERSON",
        "greeted",
        "behind a greeting, at the beginning of a line",
        rf"{_GREETING}({_NAME})(?:[,!.:]|[ ]?-|(?m:$))",
        _name,
        1,
        gate=_GREETING,
    ),
    Recogniser(
        "PERSON",
        "signed",
        "alone on the line behind a closing",
        rf"{_CLOSING}[ ]*\n(?:[ >]*\n)?[ >]*({_NAME})[ ]*(?m:$)",
        _name,
        1,
        gate=rf"{_CLOSING}[ ]*\n",
    ),
    Recogniser(
        "PERSON",
        "named",
        "called a part of a name",
        rf"(?i:(?:\b|_){_NAMED}\b)[\"']?[ ]?(?:[:=]|\|)[ ]?[\"']?({_NAME})",
        _in_no_heading,
        1,
        gate=rf"(?i:(?:\b|_){_NAMED})[\"\']?[ ]?[:=|]",
    ),
    Recogniser(
        "PERSON",
        "labelled",
        "two words or more behind a role that people have",
        rf"(?i:\b(?:{_ROLES})\b)[\"']?[ ]?[:=][ ]?[\"']?({_FULL})",
        _two_of_somebody,
        1,
        gate=rf"(?i:\b(?:{_ROLES}))[\"\']?[ ]?[:=]",
    ),
    # Scripts without case are folded to one mark, their vowel signs to an a.
    Recogniser(
        "PERSON",
        "labelled abroad",
        "in a script without case, behind a role or a word for names",
        rf"(?i:(?:\b|_)(?:{_ROLES}|{_NAMED})\b)[\"']?[ ]?[:=][ ]?[\"']?"
        r"(\x1f[\x1fa]{0,24}(?:[ ]\x1f[\x1fa]{0,24}){0,3})",
        group=1,
        gate=r"[:=][ \"']{0,3}\x1f",
    ),
    Recogniser(
        "PERSON",
        "last first",
        "last name, first name behind a role or a word for names",
        rf"(?i:\b(?:{_ROLES}|{_NAMED})\b)[\"']?[ ]?[:=][ ]?[\"']?({_LAST_FIRST})",
        _name_of_somebody,
        1,
        gate=rf"(?i:\b(?:{_ROLES}|{_NAMED}))[\"\']?[ ]?[:=]",
    ),
)
