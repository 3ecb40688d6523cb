"""What is nobody in tables, receipts, lists and chat, and who stays somebody there."""

import pytest

from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.rows import is_called, is_catchword, is_of_table, is_priced, is_sold, is_used, pieces
from vecgate.masking.detect.texts import Text

DEFAULT = frozenset(ENTITIES) - ON_REQUEST
BILL = "PIGS R US\nPercy Pigs 1.80\nColin Caterpillar Cake 9.00\nMaria Lopez 5.50\nChicken Kiev 5.50\nMilk 1.30\nTotal 23.10"


def _at(text: str, found: str) -> tuple[str, int, int]:
    return text, text.index(found), text.index(found) + len(found)


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        ("Renovate. Lockfile", ["Renovate", "Lockfile"]),
        ("Radiohead,Kid", ["Radiohead", "Kid"]),
        ("Jadot Chablis 107.94\n1 Dom Perignon", ["Jadot Chablis", " Dom Perignon"]),
        ("St. John", ["St. John"]),
        ("J. R. Holm", ["J. R. Holm"]),
        ("Holm, Anna", ["Holm, Anna"]),
        ("Anna\nHolm", ["Anna\nHolm"]),
        ("Mirfak;B\nElnath;A", ["Mirfak", "B", "Elnath", "A"]),
    ],
)
def test_a_name_ends_with_its_sentence_and_its_cell(found: str, parts: list[str]) -> None:
    assert [found[a:b] for a, b in pieces(found, 0, len(found))] == parts


@pytest.mark.parametrize(
    ("text", "found", "told"),
    [
        ("Storm,Category,Knots\nIda,4,150\nFiona,3,130", "Fiona", True),
        ("| Font | Weights |\n|---|---|\n| Lora | 4 |\n| Georgia | 2 |", "Lora", True),
        ("Horse         Odds\nDesert Orchid  5/2\nEnable  9-4", "Desert Orchid", True),
        ("Stop,Arr,Dep\nFulda,09:12,09:15\nKassel,10:32,10:35", "Arr", True),
        ("Player,Goals\nIda,4\nFiona,3", "Fiona", False),
        ("Server,Tips\nMaria,12\nLuigi,9", "Maria", False),
        ("Anna,Ben,Jo\n1,2,3\n4,5,6", "Anna", False),  # columns may be people's
        ("Storm: Fiona", "Fiona", False),  # no table
        ("Storm,Knots\nFiona,130", "Fiona", False),  # one row could be anything
    ],
)
def test_columns_are_headed_by_what_is_in_them(text: str, found: str, told: bool) -> None:
    assert is_of_table(*_at(text, found)) is told


@pytest.mark.parametrize(
    ("text", "found", "told"),
    [
        (BILL, "Colin", True),
        (BILL, "Percy Pigs", True),
        (BILL, "Maria Lopez", False),  # who has a family name is nobody's cake
        (BILL.replace("Colin", "Guest: Colin"), "Colin", False),
        (BILL.replace("Total", "Trip"), "Percy Pigs", False),  # no bill: shares of several people
        ("Percy Pigs 1.80", "Percy Pigs", False),
        ("Anna Cake 1.80\nBen Cake 2.80\nMaria Pie 3.80\nTotal 8.40", "Anna", False),  # they are its rows
    ],
)
def test_rows_of_bills_are_goods(text: str, found: str, told: bool) -> None:
    assert is_sold(*_at(text, found)) is told


@pytest.mark.parametrize(
    ("text", "found", "told"),
    [
        ("Room Denali is booked", "Room Denali", True),
        ("Projekt Falke startet", "Projekt Falke", True),
        ("Trattoria Bella Napoli", "Trattoria Bella Napoli", True),
        ("Room Maria is booked", "Room Maria", False),
        ("We are in Room Denali", "Denali", True),
        ("Room 12: Tanaka waits", "Tanaka", False),  # who is in a room is none
        ("Project manager Nguyen", "Nguyen", False),
        ("We spoke. Project manager Kowalski", "Kowalski", False),
        ("Denali is booked", "Denali", False),
    ],
)
def test_what_says_what_it_is(text: str, found: str, told: bool) -> None:
    assert is_called(*_at(text, found)) is told


@pytest.mark.parametrize(
    ("text", "found", "told"),
    [
        ("the Krytox won't load", "Krytox", True),
        ("bought Krytox today", "Krytox", True),
        ("get a Katana", "Katana", True),
        ("Lube: Krytox", "Lube", False),
        ("Snacks: Dreamies only", "Dreamies", True),
        ("Anna won't load the van", "Anna", False),
        ("bought Anna a cake", "Anna", False),
        ("Assignee: Zbyszko", "Zbyszko", False),
        ("Tasks: Okwudili", "Okwudili", False),
        ("try Wojtek, he knows", "Wojtek", False),
        ("saw Krytox today", "Krytox", False),
    ],
)
def test_what_is_said_of_things_only(text: str, found: str, told: bool) -> None:
    assert is_used(*_at(text, found)) is told


@pytest.mark.parametrize(
    ("text", "found", "told"),
    [
        ("Lost it. Rivendell. Price hurts. Ok. No. Bye. Lol.", "Rivendell", True),
        ("Lost it. Anna. Price hurts. Ok. No. Bye. Lol.", "Anna", False),
        ("Lost it. See Rivendell. Price. Ok. No. Bye. Lol.", "Rivendell", False),
        ("Rivendell was built by those who came from the west. It is hard to find.", "Rivendell", False),
    ],
)
def test_capitals_of_catchwords_say_nothing(text: str, found: str, told: bool) -> None:
    assert is_catchword(*_at(text, found)) is told


@pytest.mark.parametrize(
    "text",
    [
        "Whiskies: Lagavulin 16, Talisker, Glenfiddich 12, Johnnie Walker Black, Jack Daniel's, Laphroaig, Ardbeg 10",
        "Apples: Bramley, Egremont Russet, James Grieve, Granny Smith, Gala, Jonagold, Elstar",
        "Font,Style,Weights\nLora,Serif,4\nInter,Sans,9\nJosefin Sans,Sans,7\nGeorgia,Serif,2",
        "WAGAMAMA\nPercy Pigs 1.80\nColin Caterpillar Cake 9.00\nChicken Kiev 5.50\nSub Total 16.30",
        "Lost it. Rivendell. Price hurts. Ok. No. Bye. Lol.",
    ],
)
def test_nobody_is_masked_where_nobody_is_named(detector: Detector, text: str) -> None:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    assert [(f.entity, text[f.start : f.end]) for f in found] == []


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Thx Anna. Ok. Done. Bye. Lol. Yes. See u", ["Anna"]),
        ("Hi Jo!", ["Jo"]),
        ("Ok Priya, done. Cheers, Tom", ["Priya", "Tom"]),
        ("ok. Anna out. Ben in. Priya late. Tom ok. Krzysztof off.", ["Anna", "Ben", "Priya", "Tom", "Krzysztof"]),
        ("Cashier: Maria Lopez\nMILK 1.30\nBREAD 1.10\nTOTAL 2.40", ["Maria Lopez"]),
        ("Room 12 Maria Lopez 189.00\nMinibar 4.50\nTax 3.50\nTOTAL 197.00", ["Maria Lopez"]),
        ("Anna Schmidt 12.50\nBob Miller 13.00\nPriya Raman 22.10", ["Anna Schmidt", "Bob Miller", "Priya Raman"]),
        ("Guest: Priya Raman\n2 Margherita 18.00\n1 Chianti 24.00\nTotal 42.00", ["Priya Raman"]),
        ("Name,Team,Score\nAnna Holm,Red,14\nBen Okafor,Blue,12", ["Anna Holm", "Ben Okafor"]),
        ("Beers: Anna Holm, Ben Okafor and Jo Lindqvist drink", ["Anna Holm", "Ben Okafor", "Jo Lindqvist"]),
        ("Cars: Anna Holm, Maria Lopez, Jane Smith", ["Anna Holm", "Maria Lopez", "Jane Smith"]),
        ("Meeting with Anna Holm. Ben Okafor joins.", ["Anna Holm", "Ben Okafor"]),
        ("Project manager Nguyen approved the budget.", ["Nguyen"]),
        ("Server fixed by Tanaka last night, all is well.", ["Tanaka"]),
    ],
)
def test_who_is_named_there_is_masked(detector: Detector, text: str, people: list[str]) -> None:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    assert [text[f.start : f.end] for f in found if f.entity == "PERSON"] == people


@pytest.mark.parametrize(
    ("text", "found", "called"),
    [
        ('{"variety":"Peatland","site":"Morris"}', "Morris", True),
        ('{"place":"6km W of Muscoy, CA"}', "Muscoy", True),
        ("31 miles NE of Kodiak", "Kodiak", True),
        ('{"site":"Anna Holm"}', "Anna Holm", False),
        ('{"owner":"Morris"}', "Morris", False),
    ],
)
def test_places_by_their_field_or_distance(text: str, found: str, called: bool) -> None:
    assert is_called(*_at(text, found)) is called


def test_a_row_of_a_bill_is_no_address() -> None:
    bill = "1 MARLBORO GOLD 20 9.40\n2 RED BULL 3.60\n1 LOTTO 2.00\nTOTAL 15.00"
    assert is_priced(*_at(bill, "1 MARLBORO GOLD 20"))
    assert not is_priced(*_at("1 Harbour Street 20, then 9.40", "1 Harbour Street 20"))


@pytest.mark.parametrize(
    ("text", "found", "used"),
    [
        ("Zarvex stays at 7d", "Zarvex", True),
        ("the Zarvex webhook", "Zarvex", True),
        ("Zoli is fine", "Zoli", False),
        ("Anna docs", "Anna", False),
    ],
)
def test_what_is_said_of_nobody_unless_it_is_a_name(text: str, found: str, used: bool) -> None:
    assert is_used(*_at(text, found)) is used


@pytest.mark.parametrize(
    ("text", "found", "told"),
    [
        ("id,quake,deaths\n1,Zbrkov,3\n2,Trzask,4", "Zbrkov", True),
        ("<table><tr><th>id</th><th>quake</th></tr><tr><td>1</td><td>Zbrkov</td></tr><tr><td>2</td><td>b</td></tr>",
         "Zbrkov", True),
        ('[["id", "quake"], ["1", "Zbrkov"], ["2", "Trzask"]]', "Zbrkov", True),
        ("id,quake,deaths\n" + "1,Kszek,3\n" * 900 + "2,Zbrkov,4", "Zbrkov", True),  # far from its heading
        ("id,quake,deaths\n1,Holm,3\n2,Trzask,4", "Holm", False),  # who is known as somebody
        ("id,reviewer,deaths\n1,Zbrkov,3\n2,Trzask,4", "Zbrkov", False),
        ("id,signed off,deaths\n1,Zbrkov,3\n2,Trzask,4", "Zbrkov", False),
        ("id,Sachbearbeiter,deaths\n1,Zbrkov,3\n2,Trzask,4", "Zbrkov", False),  # a word that nobody here knows
        ("id,qxzt,deaths\n1,Zbrkov,3\n2,Trzask,4", "Zbrkov", False),
    ],
)  # fmt: skip
def test_who_stands_in_a_column_of_other_things(text: str, found: str, told: bool) -> None:
    words = {"id": True, "quake": True, "reviewer": True, "signed": True, "off": True}
    assert is_of_table(*_at(text, found), words.get) is told
