"""What is written as code, abbreviations and programs are."""

import pytest

from vecgate.masking.detect.nobody import (
    are_abbreviations,
    is_abbreviation,
    is_branded,
    is_careful,
    is_code,
    is_counted,
    is_defined,
    is_machine,
    is_month,
    is_of_program,
    is_program,
)
from vecgate.masking.detect.somebody import Reading


def _at(text: str, found: str) -> tuple[int, int]:
    start = text.index(found)
    return start, start + len(found)


@pytest.mark.parametrize(
    ("text", "found", "code"),
    [
        ("call x.toFixed(2) here", "toFixed", True),
        ("objw.Uint16(c.lsym, 1)", "c.lsym", True),
        ("d: &scanraw, wantraw", "scanraw", True),
        ("const Matcher<Sample> m", "Matcher", True),
        ("mark_as_read", "mark", True),
        ("#define MAX_ERASE_ZONES 8192", "MAX_ERASE", True),
        ("if ours >= int64(b.N) {", "b.N", True),
        ('"America/North_Dakota/Beulah", "America/Chicago"', "Beulah", True),
        ("Europe/Zurich", "Zurich", True),
        ("people/Beulah", "Beulah", False),
        # options and identifiers in small letters (POSIX 12.2 and packages' names)
        ("[--max-surge-upgrade=N]", "max", True),
        ("ok --max says hi", "max", False),
        ("ii  libldap-common  2.5", "libldap", True),
        ("ask anna-maria", "anna", False),
        ('<div aria-label="Close">', "aria", True),
        ("font-family: Georgia, Tahoma; }", "Tahoma", True),
        ("font-size: 3px; } Tahoma", "Tahoma", False),
        ("miranda.omonghaile wrote", "miranda.omonghaile", False),
        ("asked McDonald about it", "McDonald", False),
        ("asked Kowalska about it", "Kowalska", False),
    ],
)
def test_code(text: str, found: str, code: bool) -> None:
    assert is_code(text, *_at(text, found)) is code


@pytest.mark.parametrize(
    ("text", "found", "nobodys"),
    [
        ("The levels of ELISA were low", "ELISA", True),
        ("EPERM\nThe calling thread may not", "EPERM", True),
        ("It was signed, NOVAK", "NOVAK", False),
        ("SENT BY PIETRAK", "PIETRAK", False),
    ],
)
def test_one_abbreviation(text: str, found: str, nobodys: bool) -> None:
    assert is_abbreviation(Reading(text), *_at(text, found)) is nobodys


@pytest.mark.parametrize(
    ("text", "found", "nobodys"),
    [
        ("It was said by NASA, ESA and others", "NASA, ESA", True),
        ("Azure AKS runs there", "Azure AKS", False),
        ("Randomised to DAPT or SAPT for a year", "DAPT or SAPT", True),
        ("It was AMY CARR who called", "AMY CARR", False),
        ("IN THE LINE NASA, ESA", "NASA, ESA", False),
    ],
)
def test_several_abbreviations(text: str, found: str, nobodys: bool) -> None:
    assert are_abbreviations(Reading(text), *_at(text, found), found.replace(",", "").split()) is nobodys


@pytest.mark.parametrize(
    ("text", "found", "careful"),
    [
        ("Input comes from the stdio library. It is read once.", "stdio", True),
        ("I love minhyuk so much", "minhyuk", False),
        ("The value is set. Then user: minhyuk", "minhyuk", False),
        ("it is read by minhyuk. It is. Then it ends.", "minhyuk", False),
    ],
)
def test_who_begins_sentences_with_capitals(text: str, found: str, careful: bool) -> None:
    assert is_careful(text, text.index(found)) is careful


@pytest.mark.parametrize(
    ("text", "found", "program"),
    [
        ("Rich is a Python library for text", "Rich", True),
        ("Rich is a friend", "Rich", False),
        ("Use Werkzeug now. Werkzeug is a comprehensive WSGI web application library.", "Werkzeug", True),
        ("# Werkzeug\n\nUse Werkzeug", "Werkzeug", True),
        ("pip install chardet\nWhen chardet runs", "chardet", True),
        ("asked Kowalska about it", "Kowalska", False),
    ],
)
def test_what_is_said_to_be_a_program(text: str, found: str, program: bool) -> None:
    assert is_program(text, _at(text, found)[1], found) is program


@pytest.mark.parametrize(
    ("text", "found", "counted"),
    [
        ("Lane 1 52.18; Lane 2 51.97", "Lane", True),
        ("Lane 1 52.18; Holm 2 51.97", "Lane", False),
        ("Lane came at 9", "Lane", False),
    ],
)
def test_what_is_numbered(text: str, found: str, counted: bool) -> None:
    assert is_counted(text, text.index(found) + len(found), found) is counted


@pytest.mark.parametrize(
    ("text", "found", "machine"),
    [
        ("Alexa, stop.", "Alexa", True),
        ("Alexa: Okay, I added it", "Alexa", True),
        ("are you playing Valorant tonight", "Valorant", True),
        ("Alexa and Ben came", "Alexa", False),
        ("Mira, stop.", "Mira", False),
        ("are you playing Anna tonight", "Anna", False),
        ("I tried Valorant again", "Valorant", False),
    ],
)
def test_what_is_told_or_used_as_things_are(text: str, found: str, machine: bool) -> None:
    start = text.index(found)
    assert is_machine(text, start, start + len(found)) is machine


@pytest.mark.parametrize(
    ("text", "found", "defined"),
    [
        ('"Convey" \u2013 As a verb, means using it', "Convey", True),
        ('"Affiliate" means any entity', "Affiliate", True),
        ("Athena, Kerberos, Moira,\nand Zephyr are trademarks of the Institute", "Moira", True),
        ("under the Lanham Act", "Lanham", True),
        ("Robert's Rules of Order govern", "Robert", True),
        ("Mulan Permissive Software License", "Mulan", True),
        ('"Convey" said Anna', "Convey", False),
        ("Anna acts for us. They are trademarks.", "Anna", False),
        ("Anna called about our trademark filing", "Anna", False),
        ("Anna, Bob and Carol are trademark attorneys", "Anna", False),
        ("Anna is a trademark lawyer", "Anna", False),
        ('"Helix" or any other trademarks', "Helix", True),
        ("Helix is a registered trademark of", "Helix", True),
        ("Holm rules the roost", "Holm", False),
    ],
)
def test_what_contracts_and_laws_call_so(text: str, found: str, defined: bool) -> None:
    assert is_defined(text, *_at(text, found)) is defined


@pytest.mark.parametrize(
    ("text", "found", "branded"),
    [
        ("is Tailwind worth it", "Tailwind", True),
        ("Netflix access", "Netflix", True),
        ("a Nintendo Wii for sale", "Nintendo Wii", True),
        ("told Netflix about it", "Netflix", False),  # whoever is told something may be somebody
        ("Netflix said so", "Netflix", False),
        ("Nintendo Kowalski", "Nintendo Kowalski", False),
        ("a Nintendo sander", "Nintendo sander", True),  # also Sander, a given name
        ("ask Kowalski", "Kowalski", False),
    ],
)
def test_brands(text: str, found: str, branded: bool) -> None:
    start, end = _at(text, found)
    assert is_branded(Reading(text), start, end, found.split(" ")) is branded


@pytest.mark.parametrize(
    ("text", "found", "program"),
    [
        ("# Expunge old catman pages\nExecStart=/bin/find", "catman", True),
        ("void f() {\n  // see getty there", "getty", True),
        ("y = 1\nx = foo(sb)", "sb", True),
        # one line alone may be anything
        ("# notes for zoli", "zoli", False),
        ("#zoli rocks\n#party", "zoli", False),
        ("* ask zoli\n* pay rent", "zoli", False),
        ("ask zoli about it", "zoli", False),
        ("thanks\n# heading\nask zoli", "zoli", False),
    ],
)
def test_lines_of_programs(text: str, found: str, program: bool) -> None:
    assert is_of_program(text, *_at(text, found)) is program


@pytest.mark.parametrize(
    ("text", "found", "month"),
    [
        ("Leap 1979 Jun 30 23:59:60", "Jun", True),
        ("30-Jun-1979", "Jun", True),
        ("1979\tApril\t2", "April", True),
        ("April 2 was late", "April", False),  # she may have counted
        ("Room 3 April 20%", "April", False),
        ("1979 Anna 30", "Anna", False),
    ],
)
def test_months(text: str, found: str, month: bool) -> None:
    assert is_month(text, *_at(text, found)) is month


@pytest.mark.parametrize(
    ("text", "found", "program"),
    [
        ("numactl is under the GNU General Public License.", "numactl", True),
        ("Zbrkov was released in 2019.", "Zbrkov", True),
        ("Holm was released on bail.", "Holm", False),  # a name is somebody
        ("Zbrkov is under pressure.", "Zbrkov", False),
    ],
)
def test_what_is_licensed(text: str, found: str, program: bool) -> None:
    assert is_program(text, _at(text, found)[1], found) is program


@pytest.mark.parametrize(
    ("text", "mark"), [("GIF is a Service Mark property of Foo", True), ("Thank you Mark", False), ("Mark", False)]
)
def test_marks_of_trade(text: str, mark: bool) -> None:
    assert is_branded(Reading(text), *_at(text, "Mark"), ["Mark"]) is mark
