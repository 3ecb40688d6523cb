"""The texts the model learns from are right about themselves: every span is where it says, whatever was done to it."""

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy

from train_ner import brands, corpus, fit, grammar, makers, pack, real, shapes, streets
from train_ner.grammar import LABELS, Grammar, Row, join, lines
from train_ner.makers import words
from vecgate.masking.detect.features import Tokenizer
from vecgate.masking.detect.reader.words import Words, key

FILES = sorted(file.stem for file in grammar.FOLDER.glob("*.txt"))
MADE = {"person": "Anu Kotkas", "place": "Tartu", "org": "Acme AG", "address": "Main St 1, Tartu"}


class Plain:
    """Says the same thing for everything that is nobody's name."""

    def __getattr__(self, name: str) -> Any:
        return lambda **_: "word"


class Abroad:
    """What a locale's Faker says, without Faker."""

    def sentence(self, nb_words: int) -> str:
        return " ".join(["Der", *["kleine"] * nb_words, "Hund"]) + "."

    def name(self) -> str:
        return "Ольга Смирнова"

    def first_name(self) -> str:
        return "Ольга"


class Stub:
    """Makers without Faker."""

    def __init__(self) -> None:
        self.random, self.plain = random.Random(1), Plain()
        self.plain.bothify = lambda pattern: pattern  # type: ignore[attr-defined]

    def abroad(self, _locale: str) -> "Abroad":
        return Abroad()

    def first(self) -> str:
        return "Anu"

    def last(self) -> str:
        return "Kotkas"

    def __getattr__(self, name: str) -> Any:
        return lambda: MADE.get(name, "word")


@pytest.fixture
def made() -> Grammar:
    return Grammar(Stub(), ["The parcel was left at the door.", "Nobody signed for it, they said."])  # type: ignore[arg-type]


def _says(row: Row) -> list[str]:
    return [row.text[start:end] for start, end, _ in row.spans]


def test_every_genre_has_templates_and_every_template_a_text() -> None:
    assert {*corpus.GENRES, "negatives", "nobody", "dev_hits", "dev_clean"} == set(FILES)
    assert all(len(lines(name)) >= 10 for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_slot_is_filled_and_every_span_is_what_was_filled_in(made: Grammar, name: str) -> None:
    for template in lines(name):
        row = made.render(template)
        assert not re.search(r"\{(person|place|org|address|[a-z]+_[a-z]+|verb|Role)\}", row.text), template
        if name not in ("odd", "nobody"):  # whose names come from lists
            assert {*_says(row)} <= {*MADE.values()}
        assert all(said.strip() == said != "" for said in _says(row))
        assert {label for *_, label in row.spans} <= {LABELS[slot] for slot in LABELS if f"{{{slot}}}" in template}


def test_texts_without_names_have_no_spans(made: Grammar) -> None:
    for name in ("negatives", "dev_clean"):
        assert all(not made.render(template).spans for template in lines(name))


def test_word_lists_have_words_and_no_word_twice_but_on_purpose() -> None:
    for file in makers.LISTS.glob("*.txt"):
        assert len(words(file.stem)) >= 9, file.name
        assert all(word == word.strip() for word in words(file.stem))
    for name in makers.ROMANISED:
        given, family = makers.romanised(name)
        assert min(len(given), len(family)) >= 9


def test_what_is_judged_is_not_trained_on() -> None:
    assert not {*makers.LOCALES, *makers.FOREIGN} & {*makers.HELD_OUT}


@pytest.mark.parametrize("maker", [shapes.inserted, shapes.record])
def test_names_in_odd_places_are_where_they_are_said_to_be(made: Grammar, maker: Any) -> None:
    pick, seen = random.Random(5), 0
    for _ in range(300):
        row = maker(made, pick)
        assert {*_says(row)} <= {*MADE.values()}
        seen += len(row.spans)
    assert seen > 200


def test_disguises_leave_the_names_in_their_places(made: Grammar) -> None:
    pick, texts = random.Random(2), set()
    row = made.render("Dear {person}, the parcel for {place} was left at the door. Nobody signed, said {person}.")
    for _ in range(400):
        other = corpus.disguise(row, pick)
        texts.add(other.text)
        if len(other.text) == len(row.text) and "\n" not in other.text:
            assert [(b - a, c) for a, b, c in other.spans] == [(b - a, c) for a, b, c in row.spans]
        # a typing error may be inside a name
        assert sum(s.casefold() in {v.casefold() for v in MADE.values()} for s in _says(other)) >= len(row.spans) - 1
    assert len(texts) > 20


def test_join() -> None:
    assert join([], " ") == Row("", [])
    both = join([Row("by Anu", [[3, 6, "PERSON"]]), Row("in Tartu", [[3, 8, "LOC"]])], "\n")
    assert (both.text, _says(both)) == ("by Anu\nin Tartu", ["Anu", "Tartu"])


def test_real_rows_are_read_and_renamed(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(
        '{"id": 1, "text": "@joe met JANE SMITH of Oslo", "spans": [[0, 4, "HANDLE"], [9, 19, "PERSON"], [23, 27, "LOCATION"]]}\n{"id": 2, "text": " ", "spans": []}\n'
    )
    (row,) = real.read(file)
    assert row.spans == [[9, 19, "PERSON"], [23, 27, "LOC"]]
    renamed = real.renamed(row, Stub())  # type: ignore[arg-type]
    assert renamed.text == "@joe met ANU KOTKAS of Tartu"
    assert _says(renamed) == ["ANU KOTKAS", "Tartu"]


def test_passages_hold_all_sentences_in_order() -> None:
    rows = [Row(f"sentence {i}", [[0, 8, "ORG"]]) for i in range(11)]
    joined = real.passages(rows, random.Random(1))
    assert " ".join(r.text for r in joined) == " ".join(r.text for r in rows)
    assert sum(len(r.spans) for r in joined) == 11


def test_addresses_of_any_form_are_filled() -> None:
    pick = random.Random(3)
    for form in words("street_form"):
        one = streets.address((form,), lambda: "Kotkas", lambda: "Tartu", pick)
        assert "{" not in one
        assert any(c.isdigit() for c in one) or "Kotkas" in one


def test_the_tokenizer_splits_where_names_end(made: Grammar) -> None:
    """A span that begins or ends inside a token would teach the model something else."""
    tokenizer, inside, spans = Tokenizer(spacy.blank("en").vocab), 0, 0
    for name in corpus.GENRES:
        for template in lines(name):
            row = made.render(template)
            document = tokenizer(row.text)
            for start, end, _ in row.spans:
                spans += 1
                inside += document.char_span(start, end) is None
    assert spans > 500
    # Behind a raised number, in a plural and in an address of the web the whole token is taught.
    assert inside <= 8


def test_common_words_are_nobodys_name(made: Grammar) -> None:
    """A word list with names in it would tell who was in the texts."""
    nlp = spacy.blank("en")
    nlp.tokenizer = Tokenizer(nlp.vocab)
    examples = [fit.example(nlp, made.of("chat", "mail")) for _ in range(200)]
    words = pack.common((one.reference for one in examples), 50)
    assert "the" in words
    assert "The" in words
    assert not {"anu", "Anu", "kotkas", "tartu", "acme"} & set(words)


def test_from_texts_to_a_folder_that_the_product_loads(made: Grammar, tmp_path: Path) -> None:
    """A model taught a few names for a moment is written, read again, and finds them; its dial turns."""
    table = tmp_path / "words.npz"
    numbers = np.array(sorted([key("anu"), key("tartu")]), dtype=np.uint32)
    nothing = np.zeros(2, dtype=np.uint8)
    np.savez_compressed(
        table, keys=numbers, rows=nothing, known=nothing, vectors=np.ones((1, 4), np.int8), scale=np.float32(1)
    )
    rows = [made.of("chat", "mail") for _ in range(200)]
    nlp = fit.student(Words(table), width=16, depth=1, hidden=8)
    examples = [fit.example(nlp, row) for row in rows]
    optimizer = fit.begin(nlp, examples, 1)
    assert list(fit.teach(nlp, examples, optimizer, 3, rate=0.02, tokens=60)) == [0, 1, 2]
    fit.settle(nlp, optimizer)
    folder = tmp_path / "model"
    pack.write(nlp, table, folder, ["please", "Please"], shift=0.0)
    assert not any("parcel" in file.read_text("utf-8", "replace") for file in folder.rglob("*") if file.is_file())
    assert pack.scores(folder, rows[:50])["people"] > 0.8
    assert pack.scores(folder, rows[:50], "high")["recall"] >= pack.scores(folder, rows[:50], "low")["recall"]


def test_brands_are_single_words_that_are_nobodys_name() -> None:
    called = ["Tailwind CSS", "Hulu", "Hulu", "Anna", "Kowalski", "7Zip", "R", "K\u00e4rcher", "Notion"]
    assert brands.brands(iter(called)) == ["hulu", "notion", "tailwind"]
