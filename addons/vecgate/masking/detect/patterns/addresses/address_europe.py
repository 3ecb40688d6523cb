"""Is this where somebody lives? Streets of the countries whose number, or whose word for streets, is elsewhere."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, having, with_digit, words
from vecgate.masking.detect.patterns.addresses._places import CODE_TAIL, COUNTRY, ONE_UNIT, TAIL, TOWN, UNIT, WORD

#: Endings that make a word a street: German, Dutch, Swedish, Norwegian, Danish, Finnish, Hungarian, Estonian.
_ENDING: Final = (
    r"(?:stras?se|strase|str\.|weg|platz|gasse|allee|ufer|damm|chaussee|ring|steig|stieg|pfad|hof|markt|berg|graben|"
    r"park|wall|tor|"
    r"straat|laan|plein|gracht|kade|singel|dijk|steeg|dreef|hof|"
    r"gatan|vagen|grand|torget|vag|stigen|gangen|backen|gata|veien|vei|vegen|plass|gaten|gate|svingen|"
    r"vej|gade|alle|stradet|vaenget|parken|toften|haven|bakken|"
    r"katu|tie|kuja|polku|puistikko|utca|ut|tanav|tn)"
)
#: Words for streets that stand alone behind the name: Lange Strasse 5, Andrassy ut 60, Kungs gatan 4.
_WORD_BEHIND: Final = (
    r"(?:Strase|Strasse|Stras|Str\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer|Chaussee|utca|u\.|ut|ter|krt\.|"
    r"Straat|Laan|Plein|Gracht|Kade|gatan|vag|vagen|Vej|Gade|Alle|gate|vei|veg|plass|cesta|ulica|nabrezie|namestie|"
    r"trida|ulice)"
)
#: Words for streets in front of the name: French, Italian, Spanish, Catalan, Portuguese, Romanian, Polish, Czech.
_FRONT: Final = (
    r"[Rr]ue|[Aa]venue|[Aa]v\.?|[Bb]oulevard|[Bb]d\.?|[Cc]hemin|[Ii]mpasse|[Aa]llee|[Qq]uai|[Pp]lace|[Cc]ours|"
    r"[Rr]oute|[Ss]quare|[Pp]assage|[Ff]aubourg|"
    r"[Vv]ia|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada|[Cc]ontrada|[Ll]ungomare|[Bb]orgo|"
    r"[Rr]otonda|[Cc]anale|[Ss]alita|[Tt]raversa|[Ii]ncrocio|[Ss]tretto|[Gg]alleria|"
    r"[Cc]alle|C/|C\.|[Aa]venida|[Aa]vda\.?|[Aa]vd\.|[Pp]laza|[Pp]aseo|[Pp][.]o|[Cc]amino|[Cc]arretera|[Cc]tra\.?|"
    r"[Rr]onda|[Tt]ravesia|[Dd]iagonal|[Bb]ulevar|[Rr]ang|[Mm]ontee|[Gg]lorieta|[Cc]uesta|[Cc]arrer|[Pp]asaje|"
    r"[Pp]asseig|"
    r"[Rr]ua|R\.[ ]d[aeo]s?|[Tt]ravessa|[Pp]raca|[Aa]lameda|[Ll]adeira|[Rr]odovia|[Ee]strada|[Bb]eco|[Ss]os\.|[Ss]tr\.|"
    r"[Bb]ulevardul|[Cc]alea|[Aa]leea|"
    r"[Uu]lica|ul\.|al\.|[Aa]leja|pl\.|os\.|[Oo]siedle|[Pp]lac|[Nn]amesti|[Tt]rida"
)
_LINK: Final = (
    r"(?:[ ](?:de|du|des|la|le|les|los|las|el|del|della|dei|degli|delle|di|da|do|dos|das|e|y|i|san|santa|pod|na|al))*"
)
_NAME: Final = r"[A-Z][\w'.-]*"
_FRONTED: Final = (
    rf"(?:{_FRONT}){_LINK}[ ](?:d'|l'|dell'|d)?{_NAME}"
    rf"(?:(?:[ ](?:de|du|la|del|da|do|dos|di|e|y|van|et|l'|d'))*[ -]{_NAME}){{0,4}}"
)
_FIRST: Final = r"\d{1,5}(?:[ ]?(?:bis|ter|[A-Da-d]))?,?[ ]"
_SOFT: Final = words("""
place route passage square park via ring weg grand plaza cours strada
""")
_NUMBER: Final = (
    r"(?:(?:[Nn][.o\x1f]{0,2}[ ]?)?\d{1,5}(?:[ ]?[a-zA-Z]\b|bis|ter)?(?:[-/]\d{1,4}[a-zA-Z]?)?|[Ss]/[Nn]\b|s\.n\.|"
    r"km[ ]\d+)"
)


#: A sum, a time or a share behind it: no house has that.
_MEASURED: Final = re.compile(r"[.,:]\d|[ ]?%")


def _suffixed(text: str, start: int, end: int) -> Iterable[Span]:
    # A word of code or a unit ends like a street as well: "Homepage 2", "Upgrade 3".
    word = text[start:end].split(" ")[0].lower()
    innocent = (
        word in _INNOCENT
        or text[max(0, start - 1) : start] in ("_", "-", ".", "/", "#")
        or _MEASURED.match(text, start + len(text[start:end].rstrip(".")))
    )
    return () if innocent else ((start, end),)


_INNOCENT: Final = words("""
upgrade downgrade delegate aggregate template update gate investigate grade brigade decade facade arcade cascade
blockade parade barricade lemonade crusade navigate generate create activate candidate validate duplicate estimate
date rate state climate plate private certificate corporate debate immediate separate alternate ultimate estate
moderate tie necktie movie cookie zombie selfie rookie output input layout timeout checkout shutout about without
workout payout cutout dropout logout rollout fallout handout burnout readout throughout stdout fanout turnout bring
string spring during testing ring offering monitoring engineering filtering rendering ordering numbering sharding
marketing meeting haven heaven park benchmark market supermarket stock workshop storm alle parallel vector editor
factor actor director author doctor monitor operator tutor sector motor creator administrator generator iterator
iceberg heidelberg nuremberg bloomberg kundenberg
""")


#: "Store below 25 C. Shake well", where "C." might be a Calle.
_CELSIUS: Final = re.compile(r"\d+[ ]C\.[ ]")


def _fronted(text: str, start: int, end: int) -> Iterable[Span]:
    # "Place 5", "Route 66", "Via 2": words of English too; then the name must be more than the number.
    found = text[start:end]
    if not (with_digit(found) or "S/N" in found.upper()) or text[max(0, start - 1) : start] in ("/", ".", "-", "_"):
        return ()
    if _CELSIUS.match(text, start) or text[max(0, start - 1) : start] == ":":
        return ()
    first = found.lstrip("0123456789, ").split(" ")[0].lower()
    english = first in _SOFT and not any(
        mark in found for mark in (",", "\n", " de ", " du ", " della ", " di ", " do ")
    )
    return () if english and not found[0].isdigit() and first != "via" else ((start, end),)


#: A word in small letters may be in a name where its postcode follows: Fialkove udolie 340, 875 78 Nove Hony.
_CODE: Final = r"(?:[A-Z]{1,2}-)?(?:\d{4}[ ][A-Z]{2}|\d{4,5}|\d{3}[ ]\d{2}|\d{2}-\d{3}|\d{4}-\d{3})"
_PLAIN_NAME: Final = rf"\b[A-Z][a-z][\w'-]*(?:[ ](?:{WORD}|[a-z]{{3,14}})){{0,3}}"
_CALLE: Final = r"(?i:cl|cll|calle|cra|kr|carrera|dg|diagonal|tv|transversal|av|ac|ak)"
_CROSSING_NUMBER: Final = r"\d{1,3}[ ]?[A-Za-z]{0,3}"

RULES: Final = (
    # Hauptstrasse 5, 10115 Berlin; Kerkstraat 12, 1017 GP Amsterdam; Storgatan 5, 111 22 Stockholm
    Recogniser(
        "ADDRESS",
        "suffixed",
        "a word that ends like a street, and a number",
        rf"\b(?:{WORD}[ -])?[A-Z][\w-]*{_ENDING}[ ]{_NUMBER}\b\.?{UNIT}{CODE_TAIL}",
        _suffixed,
        gate=r"[a-z]\.?[ ](?:[Nn][.o\x1f]?[ ]?|[Ss]/|s\.|km[ ])?[\dNn]",
    ),
    Recogniser(
        "ADDRESS",
        "word behind",
        "a name, a word for streets, and a number",
        rf"\b{WORD}(?:[ -]{WORD}){{0,2}}[ -]{_WORD_BEHIND}[ ]{_NUMBER}\b\.?{UNIT}{CODE_TAIL}",
        gate=rf"[ -]{_WORD_BEHIND}[ ]",
    ),
    Recogniser(
        "ADDRESS",
        "glued",
        "a word that ends like a street, with its number right behind it",
        rf"\b[A-Z][\w-]*(?:stras?se|strase|str\.|straat|gatan|vagen|utca)\d{{1,4}}[a-zA-Z]?\b{CODE_TAIL}",
        gate=r"(?:asse|ase|str\.|straat|gatan|vagen|utca)\d",
    ),
    # 12 rue de la Paix, 75002 Paris; Calle Mayor 7, 28013 Madrid; Rua Augusta, 1500 - Sao Paulo
    Recogniser(
        "ADDRESS",
        "prefixed",
        "a word for streets, a name, and a number",
        rf"\b(?:{_FIRST}(?:{_FRONTED}?{ONE_UNIT}|{_FRONTED}(?:[ ]-[ ]{TOWN})?)"
        rf"|{_FRONTED},?[ ]{_NUMBER}\b\.?{UNIT}|{_FRONTED}){TAIL}",
        _fronted,
        gate=rf"\b(?:{_FRONT})[ ]",
    ),
    # Lillemarken 12, 2100 Kobenhavn
    Recogniser(
        "ADDRESS",
        "code and town",
        "a name and a number, and a postcode with its town behind them",
        rf"{_PLAIN_NAME}[ ]{_NUMBER}[ ]?(?:,|\n)[ ]?{_CODE}[ ]{TOWN}{COUNTRY}",
        having(with_digit),
        gate=r"\d[a-zA-Z]*[ ]?[,\n][ ]?(?:[A-Z]{1,2}-)?\d\d",
    ),
    # Calle 93 # 11-27, 110221 Bogota; Cra. 7 No. 71-21
    Recogniser(
        "ADDRESS",
        "crossing",
        "a street and its crossing, as in Colombia",
        rf"\b{_CALLE}\.?[ ]{_CROSSING_NUMBER}[ ]?(?:\#|[Nn]o\.?)[ ]?{_CROSSING_NUMBER}[ ]?-[ ]?\d{{1,3}}"
        rf"(?:[ ](?:Sur|Este|Norte|Oeste))?{UNIT}(?:,[ ]\d{{6}})?(?:,[ ]{TOWN}){{0,2}}",
        gate=rf"\b{_CALLE}\.?[ ]\d",
    ),
    # ul. 1. maja 5; Ulica Leopoldov maje 5, 921 04 Zamutov
    Recogniser(
        "ADDRESS",
        "ulica",
        "a Slavic word for streets, a name, and a number",
        r"\b(?:[Uu]lica|[Uu]lice|[Uu]l\.|al\.|[Nn]amesti|[Nn]am\.)(?:[ ][\w.-]{2,20}){1,4}?,?[ ]"
        rf"{_NUMBER}\b{UNIT}{CODE_TAIL}",
        gate=r"\b(?:[Uu]lica|[Uu]lice|[Uu]l\.|al\.|[Nn]amesti|[Nn]am\.)[ ]",
    ),
)
