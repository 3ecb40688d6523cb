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
        ("patients with Wilson disease, Marfan", "Wilson disease", True),
        ("the Adam optimizer was", "Adam", True),
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
        # misread by a scanner
        "lnvoice to the tenant, tota1 due",
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
        # a word that is nobody's name, in prose that is written with care; small words with digits; other keys' values
        "It reads mail. Loom records the calls. Then it is stored.",
        "Usually, rustdoc will discard a compiled test. The crate is kept. Others are not.",
        '{"prepare": "tshy", "test": "borp"}',
        # goods in a row, whoever they are called after; the column of a table; below a heading for things
        "Tom Ford Oud Wood EDP 50ml | Jo Malone Lime Basil & Mandarin | Hugo Boss Bottled | Calvin Klein CK One",
        "1,Sunrise,14.85\n2,Uniqlo,73.40\n3,Turso,90.44\n4,Jira Software,3.10\n5,Prisma,9.10",
        "Cocktails: Tom Collins, Rob Roy, Harvey Wallbanger, Shirley Temple",
        "Operas: Tosca, Carmen, Aida, Norma, Turandot, Salome",
        # amounts, types and tables are no addresses, a town beside its state is nobody
        "- Intel 4TB HDD\n- Kingston 256GB SDD\n- Micron 256GB SDD",
        "North 120 133 98 140\nMidlands 88 91 77 102",
        "7A2,Demopolis Municipal,Demopolis,AL,USA,32.46381944,-87.95406389",
        # what mark-up calls another language
        '<comment xml:lang="fo">Speex ljóður</comment>\n<comment xml:lang="eu">Applix laster-markak</comment>',
        # what is numbered, and what is told as machines are
        "Lane 1 52.18; Lane 2 51.97; Lane 3 53.40",
        "Alexa, add oat milk. Alexa: Okay, I added oat milk to your list.",
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
        ("Pt Jane Wannapaitoonsri 54M c/o SOB x3d", "Jane Wannapaitoonsri"),
        ("1 Anna Kowalska 12.50, 2 Jonas Weiler 9.00, 3 Mirela Dragan 8.20", "Anna Kowalska|Mirela Dragan"),
        ("Anna Kowalska, 60 kg; Jonas Weiler, 72 kg; Mirela Dragan, 58 kg", "Anna Kowalska|Jonas Weiler|Mirela Dragan"),
        ("id,name,score\n1,Qadir,14.85\n2,Anna,90.44\n3,Jonas,9.10\n4,Mirela,7.30", "Qadir|Anna|Jonas|Mirela"),
        ("Alexa and Ben agreed. It was late. They left.", "Alexa"),
        ("SW1A 1AA is where Anna Holm lives", "Anna Holm"),
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


@pytest.mark.parametrize(
    ("text", "found", "people"),
    [
        ("id,sex,n\n544,NS,Male\n498,QC,Female", "544,NS,Male", []),
        ("17,Jane Kszek,ok\n18,Lauren Holm,late", "18,Lauren Holm,late", ["Lauren Holm"]),
        ("17,Jane Kszek,ok\n18,Holm,late", "18,Holm,late", ["Holm"]),
    ],
)
def test_cells_of_a_row_are_no_address(text: str, found: str, people: list[str]) -> None:
    start = text.index(found)
    kept = settled(Reading(text, guessing=False), [Finding(start, start + len(found), "ADDRESS", "model")])
    assert [*dict.fromkeys(text[f.start : f.end] for f in kept if f.entity != "LOCATION")] == people
    assert [f.entity for f in kept if f.entity != "PERSON"] == ["LOCATION"]


@pytest.mark.parametrize(
    ("text", "name", "people"),
    [
        ("We made the will grant it. They agreed to it.", "grant", []),
        ("i told grant, he knows", "grant", ["grant"]),
    ],
)
def test_who_writes_with_care_writes_names_with_capitals(text: str, name: str, people: list[str]) -> None:
    start = text.index(name)
    reading = Reading(text, ordinary=lambda _: True)
    kept = settled(reading, [Finding(start, start + len(name), "PERSON", "model")])
    assert [text[f.start : f.end] for f in kept] == people
