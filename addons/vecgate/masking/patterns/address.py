"""Is this where somebody lives? A number before a street's name, as English-speaking countries write it."""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.patterns._base import Rule, Span, words
from vecgate.masking.patterns._places import TAIL, UNIT, WORD

_STREET: Final = (
    r"(?:Street|St|Str|Avenue|Ave|Av|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Drv|Dr|Court|Ct|Way|Place|Pl|Square|Sq|"
    r"Terrace|Terr|Ter|Tce|"
    r"Parkway|Pkwy|Circle|Cir|Highway|Hwy|Route|Rte|Trail|Trl|Alley|Crescent|Cres|Close|Row|Walk|Mews|Loop|Pike|"
    r"Plaza|Plz|Gardens|"
    r"Grove|Hill|Hills|Ridge|View|Heights|Hts|Park|Path|Run|Point|Pt|Crossing|Xing|Causeway|Parade|Pde|Quay|Wharf|"
    r"Green|Mount|Rise|Strand|"
    r"Village|Extension|Summit|Spur|Shore|Shores|Field|Fields|Ferry|Falls|Fall|Estate|Estates|Dale|Creek|Cove|"
    r"Bridge|Bend|Bay|Vista|Valley|"
    r"Turnpike|Tpke|Springs|Spring|Orchard|Oval|Meadow|Meadows|Manor|Landing|Lake|Lakes|Knoll|Knolls|Island|Isle|"
    r"Hollow|Haven|Garden|"
    r"Freeway|Forest|Forge|Fork|Fort|Expressway|Crest|Common|Canyon|Arcade|Bypass|Branch|Brook|Cliff|Club|Corner|"
    r"Curve|Drove|Esplanade|"
    r"Glen|Harbor|Junction|Key|Mall|Mill|Mills|Mission|Motorway|Mountain|Overpass|Parkways|Pass|Passage|Pine|Pines|"
    r"Plain|Plains|Port|"
    r"Prairie|Radial|Ramp|Ranch|Rapid|Rest|River|Rue|Shoal|Skyway|Station|Stravenue|Stream|Throughway|Trace|Track|"
    r"Trafficway|Tunnel|"
    r"Underpass|Union|Viaduct|Vicarage|Ville|Well|Wells)"
)
#: Words that a number and a capital stand before without being a street: "30 Day View", "5 New Port".
_SURE: Final = words("""
street st str avenue ave av road rd lane ln boulevard blvd drive drv dr court ct place pl square sq terrace terr tce
parkway pkwy highway hwy crescent cres close mews circle cir trail trl alley way turnpike gardens plaza grove row
parade wharf quay
""")
_UNITS: Final = words("""
day days hour hours minute minutes month months week weeks year years am pm mm cm km kg gb mb tb ghz mhz percent new
free the of and step steps item items page pages user users node nodes row rows point points
""")
_DIRECTION: Final = r"(?:[ ](?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?"


def _street(text: str, start: int, end: int) -> Iterable[Span]:
    end -= text[end - 1] == "."  # the sentence's
    words = text[start:end].replace(",", " ").split()
    if (len(words) > 1 and words[1].lower() in _UNITS) or text[max(0, start - 1) : start] in ("$", ".", "-", "/", "#"):
        return ()
    bare = [w.strip(".").lower() for w in words[1:]]
    sure = any(w in _SURE for w in bare)
    # What is no sure sign of a street ("12 Silver Lake") needs a town or a unit behind it, or a longer number.
    return (
        ((start, end),)
        if sure
        or len(words) > 4
        or "," in text[start:end]
        or "\n" in text[start:end]
        or (words[0].isdigit() and len(words[0]) > 2)
        else ()
    )


RULES: Final = (
    # 12 Main Street Apt 4, Springfield, IL 62704
    Rule(
        "ADDRESS",
        "street",
        "a number, a name, a word for streets",
        rf"\b\d{{1,6}}[A-Za-z]?(?:[-/]\d{{1,5}}[A-Za-z]?)?,?[ ](?:(?:N|S|E|W|NE|NW|SE|SW)\.?[ ])?(?:{WORD}[ "
        rf"]){{1,4}}{_STREET}\b\.?{_DIRECTION}{UNIT}{TAIL}",
        _street,
    ),
    Rule(
        "ADDRESS",
        "street, any case",
        "a number, a name, a word for streets",
        r"(?i)\b\d{1,6}[a-z]?[ ](?:[\w'.-]+[ ]){1,3}(?:street|avenue|road|lane|boulevard|blvd|terrace|parkway|"
        r"crescent|drive|court)\b\.?"
        rf"(?-i:{UNIT}{TAIL})",
        _street,
    ),
    # Spanish names in the Americas, French ones in Canada, and Broadway: 1200 Avenue of the Americas, 350 Broadway
    Rule(
        "ADDRESS",
        "named street",
        "a number, and a street that has its word in front or needs none",
        rf"\b\d{{1,6}}[ ](?:(?:N|S|E|W|North|South|East|West)\.?[ ])?(?:Avenue[ ]of[ ]the[ ]Americas|Broadway|"
        rf"Avenue[ ][A-Z0-9]\w*|Highway[ ]\d+|(?:County|State)[ ](?:Road|Route)[ ]\d+|Camino[ ]{WORD}(?:[ ]{WORD})?|"
        rf"The[ ](?:Street|Avenue|Close|Green|Crescent|Drive|Lane|Square|Parade|Terrace|Grove|Strand|Mall|"
        rf"Embankment))\b{_DIRECTION}{UNIT}{TAIL}",
    ),
)
