"""Is it the heading of a table, a cell below one that names things, goods of a receipt, or a part of a chat's line?

A model reads prose; in rows and short lines what is capitalised is a name to it, over the ends of cells and
sentences.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from vecgate.masking.detect.known import is_given, is_name, may_be_given
from vecgate.masking.detect.patterns._base import words as listed
from vecgate.masking.detect.patterns._columns import around, ends_row

#: Nouns for what is sold, grown, played or shown, and often called as people are. None that people are called by
#: (chairs, hosts, stars), and none that is a verb before a name (book, ship).
THINGS: Final = listed("""
product item article brand colour color fabric font typeface palette theme scent flavour flavor breed variety cultivar
rose perfume fragrance cocktail drink beer wine whisky whiskey gin rum grape dish cake cheese salad dessert pizza burger
sandwich sauce soup cereal biscuit snack spice apple pear potato tomato plant flower shrub tree hedge bird fish dog cat
horse storm hurricane moon planet asteroid crater mineral gem game song album film movie opera musical novel comic
cartoon painting car vehicle bike truck engine phone laptop tool toy doll guitar shoe boot sneaker dress
jacket jean clothes garment bag sofa lamp rug furniture paint wallpaper drug medicine vaccine airport hotel restaurant
pub bank ticker currency language dialect script package plugin framework app codename chipset element fund insurer shop
""")
#: The same as columns are headed, where nobody stands in the row's first place.
_COLUMNS: Final = THINGS | listed("""
model series type category size finish material part sku stop station street road trail route room service cluster
release metric region sector platform map level band team club horse book title show ship dance sample
""")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
#: Where a name cannot go on: a sentence's or a cell's end, a sum, the next row's number.
_BREAK: Final = re.compile(
    r"(?<=[^\W\d_A-Z]{2})[.!?] (?=[A-Z])|[,;|\t](?=[^\s\d])|\s\d[\d.,]*[.,]\d\d\b(?:\s*\d+(?= ))?|\n(?=.)"
)
#: What stands before things only: rooms, projects and machines are called by names.
_CALLED: Final = re.compile(
    r"(?:Room|Desk|Gate|Project|Operation|Server|Host|Node|Cluster|Sprint|Branch|Channel|Studio|Suite|Hall|Stage|Lane|"
    r"Theme|Font|Model|Series|Codename|Raum|Saal|Salle|Projekt|Projet) "
)
#: A field of JSON that holds a place; so far from it.
_PLACE: Final = re.compile(
    r"\"(?:site|place|city|town|village|region|province|county|country|station|airport|venue|port|pier|stop)\"\s?:\s?\"$"
    r"|\d ?(?:km|mi|miles|nm) (?:[NSEW]{1,3} )?(?:of|from) $"
)
#: Establishments are called by what they are, then by anything.
_HOUSES: Final = listed("""
trattoria ristorante osteria pizzeria brasserie bistro bistrot boulangerie patisserie pharmacie farmacia apotheke
restaurant hotel gasthof gasthaus wirtshaus metzgerei baeckerei cafe hostel motel pension boutique cinema theatre
theater stadium galerie galeries museum camping ristorant libreria librairie buchhandlung supermercado supermarkt
""")
_SUM: Final = re.compile(r"\d[.,]\d\d(?!\d)")
SUMS: Final = 3
_MOSTLY: Final = 0.67
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[_.-]")
#: What a column of people may be headed with: who they are, what they did, or what they are called.
_FOR_PEOPLE: Final = re.compile(
    r"(?i)name|user|auth|own|\bby\b|from|\bto\b|\bcc\b|contact|customer|client|patient|assign|report|nick|person|people|"
    r"who|send|recip|member|agent|login|account|guest|employ|call|text|body|note|message|content|comment|subject|title|"
    r"speak|staff|kin|famil|child|parent|wife|spouse|friend|team|crew|cast|lead|head|chair|boss|partner|maid|bride|"
    r"groom|respons|deput|sign|on.?call|escalat|buddy|\brep|heir|pupil|victim|host|scribe|intern|beneficiar|suspect|"
    r"sponsor|witness|nurse|judge|pilot|captain|coach|saint|king|queen|chef|clerk|\bvp\b|\bpoc\b|\bpi\b|"
    r"(?:[eo]r|e[de]|ist|ian|ant|ent|man|men|ive|ate|ess)s?\b"
)
_NEAR: Final = 300
#: Words of bills, in some languages.
_BILL: Final = re.compile(
    r"(?i)\b(?:(?:sub)?-?total[eis]?|totaal|summe|gesamt|netto|brutto|ttc|tax|vat|mwst|ust|tva|iva|btw|cash|change|visa|"
    r"mastercard|contactless|cb|invoice|receipt|rechnung|facture|discount|qty|balance)\b"
)
#: Whoever sells or buys stands behind these.
_SERVED: Final = re.compile(
    r"(?i)(?:cashier|served by|server|waiter|waitress|clerk|operator|guest|customer|client|attn|name|"
    r"kunde|gast|herr|frau|kellner|bedienung|verk\u00e4ufer\w*|kasse|caissi[e\u00e8]re?|vendeu\w+|serveu\w+|"
    r"cliente?|cajer[oa]|mesero|to|for)[:#. ]*$"
)
#: The first word of a row that ends with a sum.
_ROW: Final = re.compile(r"(?:^|[\n|;])\W*(?:\d+ ?x? )?([^\W\d_]+)[^\n|;]*\d[.,]\d\d(?!\d)", re.MULTILINE)
_PRICE: Final = re.compile(r"(?: [^\W\d_][\w'.&-]*){0,3} ?(?:[xX]?\d{1,3} )?[$\u20ac\u00a3]?\d{1,4}[.,]\d\d(?!\d)")
_PERCENT: Final = re.compile(r" ?\d{1,2}(?:[.,]\d)? ?%")
#: What only things do, and what is only done to things: said of nobody.
#: The same of a word that is nobody's name.
_DOES_SO: Final = re.compile(
    r" (?:(?:is|are|was|were) (?:worth it|expired|stale|in beta)\b|stays? at \d|worth it|"
    r"(?:alerts?|outage|pricing|api|sdk|cli|docs|console|webhook|connector|extension|booster|vaccine|coverage|retention|"
    r"beans|bulbs)\b)",
    re.IGNORECASE,
)
_DOES: Final = re.compile(
    r" (?:runs? (?:on|ok|fine|out of)|crash(?:e[sd]|ing)?|boots?|rebooted|cheaper|season \d|part (?:one|two|\d)|"
    r"(?:won't|doesn't|didn't) (?:load|start|charge|pair|boot|connect|open|compile|build|turn on|render|sync)|"
    r"is (?:overrated|deprecated|sold out|open source|on sale|cheaper|overkill|streaming|discontinued)|"
    r"(?:apps?|themes?|plugins?|pods?|stacks?|servers?|dashboards?|branch|branches|builds?|pipelines?|playlist|"
    r"trailer|soundtrack|movie|sauce|boxe?s?|cables?|firmware|drivers?|armchairs?|bookcases?|sofas?|headphones|"
    r"speakers?|keyboards?|sneakers?|jeans|perfume|noodles|sponge|buns?|wings?|nuggets|crisps|fees|shares|tix)\b)"
)
_DONE: Final = re.compile(
    r"(?i)\b(?:play(?:ed|ing)?|(?:re)?boot(?:ed|ing)?|restart(?:ed|ing)?|deploy(?:ed|ing)?|bump(?:s|ed|ing)?|order(?:ed|ing)?|"
    r"buy|bought|buying|sell|sold|selling|nerf(?:ed)?|buff(?:ed)?|rebas(?:e|ed|ing)|configur(?:e|ed|ing)|compil(?:e|ed|ing)|"
    r"swap(?:ped)? for|subscrib(?:e|ed) to|alternative to|"
    r"charg(?:e|ed|ing)|print(?:ed|ing)?|trad(?:e|ed|ing)|fan of|addicted to|binged?|craving|excited for|get an?) $"
)
_FIELD: Final = re.compile(r"(?:^|[.!?;,\n] ?)([A-Z][a-z]+): $")
#: A chat's line in catchwords: what is capitalised there begins a sentence of one or three words.
_SENTENCE: Final = re.compile(r"[.!?:;,]+\s+|\n")
_BEGINS: Final = re.compile(r"(?:[.!?] |\n|^)\W{0,3}$")
_CATCHWORDS: Final = 6
_SHORT: Final = 3.0
_AN: Final = re.compile(r"(?:^|\W)(?:[Aa]n?|[Yy]our|[Ii]ts) $")


def _unknown(_word: str) -> None:
    """No word is known."""


def is_thing_word(word: str) -> bool:
    """Whether a word, in small letters, or its singular, is one for things."""
    return any(one in THINGS for one in (word, word[:-1], word.removesuffix("es"), word[:-3] + "y"))


def pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of what was found as one name over the end of a sentence or a cell."""
    if text[start:end].replace(" ", "").isalpha():
        yield start, end
        return
    at = start
    for match in _BREAK.finditer(text, start, end):
        if match[0] == "\n" and not (text[match.end()].isdigit() or ends_row(text, match.start())):
            continue
        if at < match.start():
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


def is_of_table(text: str, start: int, end: int, ordinary: Callable[[str], bool | None] = _unknown) -> bool:
    """Whether it is a table's heading, or stands in a column whose heading names things.

    `ordinary` tells which words are nobody's: what is no name stands for nobody below a heading of such words that is
    none for people.
    """
    if "\n" not in text and "<t" not in text and "[" not in text:
        return False
    rows, row, column = around(text, start, end)
    head = next(rows, None)
    if head is None or not all(map(_is_head, head)):
        return False
    if row == 0:
        below = (cells for cells in rows if any(map(str.isalnum, "".join(cells))))
        numbers = any(all(map(_has_digit, cells)) for cells in zip(*below, strict=True))
        return numbers and not any(is_given(word) for cell in head for word in _LETTERS.findall(cell))
    words = _LETTERS.findall(_HUMP.sub(" ", head[column]).lower())
    if any(word in _COLUMNS or word.removesuffix("s") in _COLUMNS for word in words[-1:]):
        return True
    if not words or _FOR_PEOPLE.search(head[column]) or not all(ordinary(word) is True for word in words):
        return False
    return not any(map(is_name, _LETTERS.findall(text[start:end])))


def _is_head(cell: str) -> bool:
    return not _has_digit(cell) or len(cell) <= len("Q1 2024")


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell)) or not any(map(str.isalpha, cell))


def is_called(text: str, start: int, end: int) -> bool:
    """Whether it says what it is: Room Denali, Trattoria Napoli."""
    found, before = text[start:end], text[max(0, start - 32) : start]
    if _PLACE.search(before) and not (" " in found and is_given(found.split(" ")[0])):
        return True
    before = before[-16:]
    called = _CALLED.search(before)
    if _CALLED.match(found) or (called and called.end() == len(before)):  # "Project Falke", no "Project manager Holm"
        return not any(map(is_given, _LETTERS.findall(found)))
    return found.split(" ")[0].lower() in _HOUSES


def is_sold(text: str, start: int, end: int) -> bool:
    """Whether it is a row of a bill that hardly anybody stands in: a sum right behind, and its last word nobody's."""
    sums = sums_near(text, start, end)
    if sums < SUMS:
        return False
    near = text[max(0, start - _NEAR) : end + _NEAR]
    if not _BILL.search(near) or _SERVED.search(text[max(0, start - 24) : start]):
        return False
    price = _PRICE.match(text, end)
    if price is None:
        return not is_name(text[start:end]) and _PERCENT.match(text, end) is not None
    last = _LETTERS.findall(text, start, price.end())
    rows = [row[1] for row in _ROW.finditer(near)]
    people = sum(map(may_be_given, rows))
    return len(last) > 1 and not is_name(last[-1]) and people < _MOSTLY * sums


def is_priced(text: str, start: int, end: int) -> bool:
    """Whether a sum stands right behind, and more of them near by: a row of a bill, and no address."""
    return _PRICE.match(text, end) is not None and sums_near(text, start, end) >= SUMS


def sums_near(text: str, start: int, end: int) -> int:
    """How many sums stand around; from `SUMS` on it may be a bill."""
    return len(_SUM.findall(text, max(0, start - _NEAR), end + _NEAR))


def is_used(text: str, start: int, end: int) -> bool:
    """Whether something is said of it, or done to it, that is said of no people. Not of a given name."""
    found = text[start:end]
    if any(map(is_given, _LETTERS.findall(found))):
        return False
    before = text[max(0, start - 24) : start]
    if _DOES.match(text, end) or _AN.search(before):
        return True
    if any(map(is_name, _LETTERS.findall(found))):
        return False
    if _DOES_SO.match(text, end):
        return True
    field = _FIELD.search(before)
    return _DONE.search(before) is not None or (field is not None and is_thing_word(field[1].lower()))


def is_catchword(text: str, start: int, end: int) -> bool:
    """Whether it begins one of many sentences of hardly a word: their capitals say nothing. Not of a given name."""
    if not _BEGINS.search(text[max(0, start - 4) : start]) or any(map(may_be_given, _LETTERS.findall(text[start:end]))):
        return False
    line = text[max(0, start - _NEAR) : start].rpartition("\n")[2] + text[start : end + _NEAR].partition("\n")[0]
    sentences = [part for part in _SENTENCE.split(line) if part.strip()]
    return len(sentences) >= _CATCHWORDS and len(line.split()) <= _SHORT * len(sentences)
