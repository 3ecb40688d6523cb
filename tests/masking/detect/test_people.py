"""Who is nobody, whatever the model says, and which names are found whole."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.people import settled
from vecgate.masking.detect.somebody import Reading
from vecgate.masking.detect.texts import Text

DEFAULT = frozenset(ENTITIES) - ON_REQUEST


def _people(detector: Detector, text: str) -> list[str]:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    return [text[f.start : f.end] for f in found if f.entity == "PERSON"]


@pytest.mark.parametrize(
    ("text", "name", "served"),
    [
        ("The levels of ELISA were low", "ELISA", True),
        ("the Hilbert space is complete", "Hilbert", True),
        ("call x.toFixed(2) here", "toFixed", True),
        ("(KHTML, like Gecko) Chrome/97.0", "Gecko", True),
        ("Mozilla/5.0 (X11) Gecko/2010", "Gecko", True),
        ("The President of the Ninth Chamber", "Ninth Chamber", True),
        ("import orjson\nthen orjson dumps", "orjson", True),
        ("de verdachte sprak dinsdag met hem", "sprak dinsdag", False),
        ("B.S. in Biology", "B.S.", True),
        ("Dear Parent, hello", "Parent", True),
    ],
)
def test_less_is_somebody(text: str, name: str, served: bool) -> None:
    start = text.index(name)
    assert settled(Reading(text, served), [Finding(start, start + len(name), "PERSON", "model")]) == []


@pytest.mark.parametrize(
    "text",
    [
        # clauses in another language, inside English and alone
        "The decision (Uchwała o zmianie planu miejscowego) was quoted.",
        "Erakutsi egoerari buruzko informazioa",
        "Určuje, či skupina bola zbalená a položky sú skryté",
        "Hitelesítés szükséges a rendszer területi beállításainak megváltoztatásához",
        "seçilen değer sözdizimine göre geçersiz uzak konum",
        "Høyesterett forkastet anken. Trykk Lagre for å fortsette.",
        # one of a list of things
        "Nepalese Rupee, Azerbaijan Manat, Naira, Malawi Kwacha, Kina",
        "Pfizer, Roche, Novartis and Sanofi reported on Monday.",
        "NASA, ESA, JAXA and ISRO; ISS, LEO, GEO and GTO",
        "New Tab, Close Tab, Undo, Redo, Cut, Copy, Paste",
        # several abbreviations, rows of receipts, what a label calls a thing
        "IFRS 16 and US GAAP ASC 842 differ in that point.",
        "QTY DESCRIPTION UNIT AMOUNT 4 HEX BOLT M10X60 ZP 0.85 3.40 1 LOCTITE 243 50ML 18.90",
        "PANADOL ACTIFAST 20S 9.90; STREPSILS HONEY LEMON 12.50",
        "Brand: Giulia; Color: Hazel; Fabric: Jasmine",
        # of science, of programs
        "Bonferroni correction was applied; Schoenfeld residuals were inspected.",
        "A Bunsen burner, a Geiger counter and a Faraday cage are needed.",
        "Werkzeug is a comprehensive WSGI web application library. Use Werkzeug for that.",
        "Input comes from the\nstdio\nlibrary. It is read once. The\npgbench\nclient reads it.",
        "Kocher incision, Salk vaccine and Lowenstein-Jensen medium were used.",
        "The parasite Wuchereria bancrofti was found on smears by two readers.",
        "DejaVu Sans Mono and Olwen Serif are there.",
        # articles stand before things
        "You may distribute each Opaque copy. The Bistream fonts may be changed.",
    ],
)
def test_nobody_is_masked_in_text_that_names_nobody(detector: Detector, text: str) -> None:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    assert [(f.entity, text[f.start : f.end]) for f in found] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # in clauses of other languages, and in lists, people stay people
        ("Awarię windy zgłosiła lokatorka Dorota Pietrak, oddzwonić jutro", "Dorota Pietrak"),
        ("Awarię windy zgłosiła lokatorka dorota pietrak, oddzwonić jutro", "dorota pietrak"),
        ("Suite à l'appel de Denise Grosjean (poste 12), merci de rappeler", "Denise Grosjean"),
        (
            "Present: Anna Kowalska, Jonas Weiler, Mirela Dragan and Ruth Holm",
            "Anna Kowalska|Jonas Weiler|Mirela Dragan|Ruth Holm",
        ),
        ("the Quist family and the Holm residence", "Quist"),
        ("Pt Jane Holm 54M c/o SOB x3d, seen by Dr Ali, f/u 2w", "Jane Holm|Ali"),
        ("NEAL HOLM and AMY CARR are waiting in the lobby", "NEAL HOLM|AMY CARR"),
        ("K. Gaižauskas and A. J. Delisle, counsel for the applicant", "Gaižauskas|Delisle"),
    ],
)
def test_somebody_is_masked_even_there(detector: Detector, text: str, names: str) -> None:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    hidden = "|".join(text[f.start : f.end] for f in found)
    assert all(name in hidden for name in names.split("|"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BERGER, Noémie signed", "BERGER, Noémie"),
        ("Please ask Mia McDonald about it", "Mia McDonald"),
        ("San Jose and St. Louis are far", ""),
        ("SOPHIE SANTANDREA HAS CALLED", "SOPHIE SANTANDREA"),
        ("Bob Sample and Otto Other agreed", "Bob Sample|Otto Other"),
        ("name: अर्चना नाथ", "अर्चना नाथ"),
    ],
)
def test_whole_names(detector: Detector, text: str, names: str) -> None:
    hidden = "|".join(_people(detector, text))
    assert all(part in hidden.replace("|", " ") for name in names.split("|") for part in name.replace(",", "").split())
    assert bool(hidden) == bool(names)
