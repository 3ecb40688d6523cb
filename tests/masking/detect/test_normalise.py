"""Disguises come off, and every character knows where it came from."""

# ruff: noqa: RUF001  # disguises are what is tested

import pytest

from support.tools.every import every
from vecgate.masking.detect.normalise import normalise


@every(
    ("text", "plain"),
    [
        # nothing to do
        ("", ""),
        ("plain text", "plain text"),
        ("50 % & more \\ so", "50 % & more \\ so"),
        # escapes
        ("a&#64;b", "a@b"),
        ("a&#x40;b &amp; c", "a@b & c"),
        ("&nosuch; &#", "&nosuch; &#"),
        ("a%40b%C3%A9", "a@bé"),
        ("100%zz %FF", "100%zz %FF"),
        ("\\u0061\\u0040 \\x62", "a@ b"),
        ("\\ud83d\\ude00", "\U0001f600"),
        ("\\ud83d alone", "\ufffd alone"),
        ("line\\nnext\\tcell", "line\nnext\ncell"),
        # not the folders of a path (at most 260 characters, Windows), which may begin with an n
        ("C:\\Users\\nneka\\reports\\tax", "C:\\Users\\nneka\\reports\\tax"),
        ("\\\\files\\home\\rabi", "\\\\files\\home\\rabi"),
        ("Plan B:\\nanna\\nbob", "Plan B:\nanna\nbob"),
        ("C:\\Users\\n4111", "C:\\Users\n4111"),
        ("C: one\\nnext, Users\\nneka", "C: one\nnext, Users\nneka"),
        # twice escaped
        ("a&amp;#64;b", "a@b"),
        ("a%2540b", "a@b"),
        # invisible
        ("jo\u200bhn\u00ad", "john"),
        ("\ufeffx\u2060y\U000e0041", "xy"),
        # compatibility forms and digits of other scripts
        ("ｊｏｈｎ", "john"),
        ("①２٣४", "1234"),
        ("ﬁne", "fine"),
        # typography
        ("“a”—b’s", '"a"-b\'s'),
        # accents put on afterwards
        ("e\u0301ric", "éric"),
        ("j\u0336o\u0336e\u0336", "joe"),
        # look-alikes: in Latin company only
        ("јоhn", "john"),
        ("Анна Петрова", "Анна Петрова"),
        ("555-0100х12", "555-0100x12"),
        ("дом 5б", "дом 5б"),
        ("электронная почта: аnn@mail.ru", "электронная почта: ann@mail.ru"),
    ],
)
def test_plain_reading(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    ("text", "part", "covers"),
    [
        # the whole disguise is covered, and nothing beside it
        ("x a&#64;b y", "a@b", "a&#64;b"),
        ("x a%2540b y", "a@b", "a%2540b"),
        ("x jo\u200bhn\u200b y", "john", "jo\u200bhn\u200b"),
        ("x e\u0301 y", "é", "e\u0301"),
        ("x ﬁ y", "f", "ﬁ"),
        ("x abc y", "abc", "abc"),
    ],
)
def test_offsets_lead_back(text: str, part: str, covers: str) -> None:
    normal = normalise(text)
    start = normal.text.index(part)
    a, b = normal.original(start, start + len(part))
    assert text[a:b] == covers


@pytest.mark.parametrize("text", ["", "a", "é", "日本 a@b", "ß İ ŉ ǆ", "\u0301x", "\u200b", "а" * 5, "ﷺ"])
def test_the_ascii_form_has_the_same_length(text: str) -> None:
    """Patterns run on the ASCII form, so its offsets must be those of the text."""
    normal = normalise(text)
    assert normal.ascii.isascii()
    assert len(normal.ascii) == len(normal.text)
    assert normal.starts is None or len(normal.starts) == len(normal.ends or []) == len(normal.text)


def test_case_survives_folding_and_scripts_without_gaps_separate() -> None:
    assert normalise("Ülo Ж ж").ascii == "Ulo A a"
    assert normalise("电话139").ascii == "\x1f\x1f139"
