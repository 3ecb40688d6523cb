"""Is this where somebody lives? A number with a street word, in the order of the larger countries, or a named code."""

from typing import Final

from vecgate.masking.patterns._base import Rule, having

_WORD: Final = r"[A-Z0-9][\w'.-]*"
_STREET: Final = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Ter|"
    r"Parkway|Pkwy|"
    r"Circle|Cir|Highway|Hwy|Route|Trail|Trl|Alley|Crescent|Cres|Close|Row|Walk|Mews|Loop|Pike|Plaza|Gardens|"
    r"Grove|Hill|Ridge|View|"
    r"Heights|Park|Path|Run|Point|Crossing|Causeway|Parade|Quay|Wharf|Green|Mount|Rise|Strand|Village|Extension|"
    r"Summit|Spur|"
    r"Shore|Field|Fields|Ferry|Falls|Estate|Dale|Creek|Cove|Bridge|Bend|Bay|Vista|Valley|Turnpike|Springs|Orchard|"
    r"Oval|Meadow|"
    r"Meadows|Manor|Landing|Lake|Knoll|Island|Hollow|Haven|Garden|Freeway|Forest|Expressway|Crest|Common|Canyon|Arcade)"
)
_UNIT: Final = r"(?:[, ]+(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|\#)\.?[ ]*\#?[\w-]+)?"
_CITY: Final = r"(?:,?[ ]+(?:[A-Z][\w'.-]+,?[ ]+){1,3}[A-Z]{2},?[ ]+\d{5}(?:-\d{4})?)?"
_LATIN: Final = (
    r"Rue|rue|Avenue|avenue|Boulevard|boulevard|Chemin|chemin|Place|Via|Viale|Piazza|Corso|Calle|"
    r"Avenida|Plaza|Paseo|Rua|Travessa|Ulica|ul\.|Carrer|Strada"
)
_SUFFIXED: Final = (
    r"(?:stras?se|strase|str\.|weg|platz|gasse|allee|ufer|katu|gatan|vagen|vej|gade|gata|laan|straat|plein|utca)"
)


def _with_digit(found: str) -> bool:
    return any(c.isdigit() for c in found)


RULES: Final = (
    # 12 Main Street Apt 4, Springfield, IL 62704
    Rule(
        "ADDRESS",
        "street",
        rf"\b\d{{1,6}}[A-Za-z]?(?:-\d{{1,5}})?,?[ ](?:{_WORD}[ ]){{1,4}}{_STREET}\b\.?(?:[ ](?:N|S|E|W|NE|NW|SE|SW)"
        rf"\b\.?)?{_UNIT}{_CITY}",
    ),
    Rule(
        "ADDRESS",
        "street, any case",
        rf"(?i)\b\d{{1,6}}[ ](?:[\w'.-]+[ ]){{1,3}}(?:street|avenue|road|lane|boulevard|blvd|terrace|parkway)\b{_UNIT}",
    ),
    # Hauptstrasse 5, 10115 Berlin; Keizersgracht-like names need the named form
    Rule(
        "ADDRESS",
        "suffixed",
        rf"\b[A-Z][\w-]*{_SUFFIXED}[ ]?\d{{1,5}}[a-zA-Z]?\b(?:,?[ ]\d{{4,6}}(?:[ ][A-Z][\w-]+)?)?",
    ),
    # 12 rue de la Paix, 75002 Paris; Calle Mayor 7
    Rule(
        "ADDRESS",
        "prefixed",
        rf"\b(?:\d{{1,5}},?[ ])?(?:{_LATIN})(?:[ ](?:de|du|des|la|le|les|del|della|di|da|do|dos|das|e|y))*[ ](?:d'|"
        rf"l')?{_WORD}"
        rf"(?:[ ](?:de|du|la|del))?(?:[ ]{_WORD}){{0,3}}(?:,?[ ](?:n\.?[ ]?)?\d{{1,5}}[a-zA-Z]?\b)?(?:,?[ ]\d{{4,"
        rf"5}}(?:[ ][A-Z][\w-]+)?)?",
        having(_with_digit),
    ),
    Rule("ADDRESS", "po box", r"(?i)\bP\.?[ ]?O\.?[ ]?Box[ ]\d{1,7}\b"),
    Rule("ADDRESS", "us zip", r"\b[A-Z][\w'.-]+,[ ][A-Z]{2}[ ]\d{5}(?:-\d{4})?\b"),
    # Royal Mail PAF form; the inward part alone never stands
    Rule("ADDRESS", "uk postcode", r"\b[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?[ ]\d[ABD-HJLNP-UW-Z]{2}\b"),
    Rule(
        "ADDRESS",
        "named code",
        r"(?i)\b(?:zip(?:[ _]?code)?|postal[ _]?code|postcode|post code)(?:[ ]is)?[ :\#]{1,3}([A-Z0-9][A-Z0-9-]{1,"
        r"8}(?:[ ][A-Z0-9]{3})?)\b",
        having(_with_digit),
        1,
    ),
    Rule(
        "ADDRESS",
        "named",
        r"(?i)\b(?:(?:home|street|postal|billing|shipping|mailing|delivery)"
        r"[ _])?address(?:[ _]line)?[ _]?\d?[ ]*[:=][ ]*([^\n;|@]{0,120}\d[^\n;|@]{0,120})",
        group=1,
    ),
)
