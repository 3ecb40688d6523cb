"""Is this where somebody lives? A number before a street's name, as English-speaking countries write it."""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, before, words
from vecgate.masking.detect.patterns.addresses._places import TAIL, TOWN, UNIT, WORD

#: The suffixes of USPS Publication 28, appendix C1, with common abbreviations, and those of Britain and Australia.
_STREET: Final = (
    r"(?:"
    r"Street|Str|St|Avenue|Ave|Av|Road|Rd|Lane|Ln|Boulevard|Blvd|Drives?|Drv|Dr|Courts?|Ct|Way|"
    r"Ways|Place|Pl|Squares?|Sq|Terrace|Terr|Ter|Tce|Parkways?|Pkwy|Circles?|Cir|Highway|Hwy|Route|"
    r"Rte|Trail|Trl|Alley|Aly|Crescent|Cres|Close|Row|Walks?|Mews|Loop|Pike|Plaza|Plz|Gardens?|"
    r"Gdns|Groves?|Hills?|Ridges?|View|Views|Heights|Hts|Park|Path|Run|Points?|Pt|Crossing|Xing|"
    r"Crossroads?|Causeway|Parade|Pde|Quay|Wharf|Greens?|Mount|Mountains?|Rise|Strand|Villages?|"
    r"Extensions?|Summit|Spurs?|Shores?|Fields?|Ferry|Falls?|Estates?|Dale|Creek|Cove|Coves|Bridge|"
    r"Bend|Bay|Bayou|Beach|Vista|Valleys?|Turnpike|Tpke|Springs?|Orchard|Oval|Meadows?|Manors?|"
    r"Landing|Lakes?|Knolls?|Islands?|Isle|Hollow|Haven|Freeway|Forest|Forges?|Forks?|Fort|Fords?|"
    r"Expressway|Crest|Commons?|Canyon|Cape|Camp|Arcade|Anex|Annex|Bypass|Broadway|Branch|Brooks?|Bluffs?|"
    r"Bottom|Burgs?|Cliffs?|Club|Centers?|Corners?|Course|Curve|Dam|Divide|Drove|Esplanade|Flats?|"
    r"Gateway|Glens?|Harbors?|Harbour|Inlet|Junctions?|Keys?|Land|Lights?|Loaf|Locks?|Lodge|Mall|"
    r"Mills?|Mission|Motorway|Neck|Overpass|Pass|Passage|Pines?|Plains?|Ports?|Prairie|Radial|Ramp|"
    r"Ranch|Rapids?|Rest|River|Rue|Shoals?|Skyway|Station|Stravenue|Stream|Throughway|Trace|Track|"
    r"Trafficway|Trailer|Tunnel|Underpass|Unions?|Viaduct|Ville|Wall|Wells?|Court|Chase|Croft|Copse|"
    r"Vale|Wynd|Gate|Gait|Brae|Side"
    r")"
)
#: Words that a number and a capital stand before without being a street: "30 Day View", "5 New Port".
_SURE: Final = words("""
street st str avenue ave av road rd lane ln boulevard blvd drive drv dr court ct place pl square sq terrace terr tce
parkway pkwy highway hwy crescent cres close mews circle cir trail trl alley way turnpike gardens plaza grove row
parade wharf quay
""")
_UNITS: Final = words("""
day days hour hours minute minutes month months week weeks year years am pm mm cm km kg gb mb tb ghz mhz percent new
free men's women's kids' the of and step steps item items page pages user users node nodes row rows point points
""")
_DIRECTION: Final = r"(?:[ ](?:N|S|E|W|N[EeWw]|S[EeWw]|North|South|East|West)\b\.?)?"


#: "7 June 1998 the Court", "Version 3 adds a new Drive": between a street's number and its word stands its name.
_NO_NAME: Final = words("""
the a an and or of in to by for with on at from is was were are be has had have that this these those which who it its
adds added new another each every his her their our your no not more than before after against january february march
april june july august september october november december
""")


def _any_case(text: str, start: int, end: int) -> Iterable[Span]:
    inner = text[start:end].split("\n")[0].replace(",", " ").lower().split()[1:]
    named = next((i for i, word in enumerate(inner) if word.strip(".") in _SURE), len(inner))
    called = (
        before(text, start, 12)
        .lower()
        .rstrip()
        .endswith(("version", "chapter", "section", "article", "no.", "release"))
    )
    return () if called or any(word in _NO_NAME for word in inner[:named]) else _street(text, start, end)


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


def _behind(text: str, start: int, end: int) -> Iterable[Span]:
    """Route 66 alone is a road; with a town or a box behind it somebody lives there."""
    return ((start, end),) if "Box" in text[start:end] or text[start:end].count(" ") > 3 else ()


RULES: Final = (
    # 12 Main Street Apt 4, Springfield, IL 62704
    Recogniser(
        "ADDRESS",
        "street",
        "a number, a name, a word for streets",
        rf"\b\d{{1,6}}[A-Za-z]?(?:[-/]\d{{1,5}}[A-Za-z]?)?,?[ ](?:(?:N|S|E|W|NE|NW|SE|SW)\.?[ ])?(?:{WORD}[ "
        rf"]){{1,4}}{_STREET}s?\b\.?{_DIRECTION}{UNIT}{TAIL}",
        _street,
        gate=r"\d[A-Za-z]?,?[ ](?:[A-Z]|\d{1,3}(?:st|nd|rd|th)\b)",
    ),
    Recogniser(
        "ADDRESS",
        "street in any case",
        "a number, a name, a word for streets",
        r"(?i)\b\d{1,6}[a-z]?[ ](?:[\w'.-]+[ ]){1,3}(?:street|avenue|road|lane|boulevard|blvd|terrace|parkway|"
        r"crescent|drive|court)\b\.?"
        rf"(?-i:{UNIT}{TAIL})",
        _any_case,
        gate=r"(?i)[ ](?:street|avenue|road|lane|boulevard|blvd|terrace|parkway|crescent|drive|court)\b",
    ),
    # Spanish names in the Americas, French ones in Canada, and Broadway: 1200 Avenue of the Americas, 350 Broadway
    Recogniser(
        "ADDRESS",
        "named street",
        "a number, and a street that has its word in front or needs none",
        rf"\b\d{{1,6}}[ ](?:(?:N|S|E|W|North|South|East|West)\.?[ ])?(?:Avenue[ ]of[ ]the[ ]Americas|Broadway|"
        rf"Avenue[ ][A-Z0-9]\w*|Highway[ ]\d+|(?:County|State)[ ](?:Road|Route)[ ]\d+|Camino[ ]{WORD}(?:[ ]{WORD})?|"
        rf"The[ ](?:Street|Avenue|Close|Green|Crescent|Drive|Lane|Square|Parade|Terrace|Grove|Strand|Mall|"
        rf"Embankment))\b{_DIRECTION}{UNIT}{TAIL}",
        gate=r"\d[ ](?:[A-Z][a-z]*\.?[ ])?(?:Avenue|Broadway|Highway|County|State|Camino|The)\b",
    ),
    # Rts 232 & 413, Anchorage, AK 99515; RR 2 Box 15
    Recogniser(
        "ADDRESS",
        "route",
        "a numbered route or a rural box, with the town, the region or the code behind it",
        rf"\b(?:Rts?|Rtes?|Routes?|Hwys?|R\.?R\.?|H\.?C\.?)\.?[ ]\d{{1,4}}(?:[ ]?(?:&|and)[ ]?\d{{1,4}})?"
        rf"(?:,?[ ]Box[ ]\#?-?\d{{1,6}})?{TAIL}",
        _behind,
        gate=r"\b(?:Rt|Route|Hwy|R\.?R|H\.?C)[a-z.]*[ ]\d",
    ),
    # Flat 12, House No. 6, Green Road, Dhaka 1205; H.No. 4-5/6, MG Road, Pune 411001
    Recogniser(
        "ADDRESS",
        "house number",
        "the number of a flat, a house or a plot, and a postcode some words on",
        r"\b(?i:flat|house|h\.?[ ]?no|plot|door|holding|studio|shop|unit|apartment|apt|block)\.?[ ](?:[Nn]o\.?[ "
        r"])?\#?[\w/-]{1,8},"
        r"(?:[ ]?[\w .'/-]{2,40},){0,6}[ ]?[A-Z][\w .'-]{1,40}[ ,-]{1,3}\d{3,4}[ ]?\d{0,3}\b",
        gate=r"\b(?i:flat|house|h\.?[ ]?no|plot|door|holding|studio|shop|unit|apartment|apt|block)\.?[ ][^,\n]{0,12},",
    ),
    # No. 6, Jalan 2, Kampung Baru, 45766 Taman Bintang, Selangor; Jl. Sudirman No. 5, Jakarta 10220
    Recogniser(
        "ADDRESS",
        "jalan",
        "a word for streets of Malaysia or Indonesia, and a postcode some words on",
        r"\b(?:(?:No\.?[ ]?|Lot[ ]?)?\d{1,4}[A-Z]?,?[ ])?(?:Jalan|Jln\.?|Jl\.|Lorong|Lrg\.?|Persiaran|Lebuh|Gang)[ ]"
        r"[\w./-]+(?:[ ][\w./-]+){0,4}(?:,[ ][\w ./-]{2,40}){0,4}[ ,]{1,2}\d{5}\b"
        rf"(?:[ ][A-Z][\w.-]*(?:[ ][A-Z][\w.-]*){{0,3}})?(?:,[ ]{TOWN})?",
        gate=r"\b(?:Jalan|Jln|Jl\.|Lorong|Lrg|Persiaran|Lebuh|Gang)\b",
    ),
)
