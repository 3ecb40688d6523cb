"""The demo's tickets: always the same, well formed, and 412 of 500 closed."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from demo import seed


@pytest.mark.parametrize("text", ["", "123", "refund", "The router arrived broken. The router!"])
def test_a_vector_has_length_one(text: str) -> None:
    vector = seed.embed(text)
    assert len(vector) == seed.DIMENSIONS
    assert math.isclose(sum(x * x for x in vector), 1)


def test_texts_that_share_words_are_near() -> None:
    def nearness(one: str, other: str) -> float:
        return sum(a * b for a, b in zip(seed.embed(one), seed.embed(other), strict=True))

    asked = "refund for the broken router"
    assert nearness(asked, "a refund of the broken router") > nearness(asked, "voucher after late delivery")


def test_four_hundred_and_twelve_of_five_hundred_are_closed() -> None:
    states = [ticket.metadata["status"] for ticket in seed.ALL_TICKETS]
    assert (states.count("closed"), states.count("open")) == (seed.CLOSED, seed.TICKETS - seed.CLOSED) == (412, 88)
    assert len({ticket.id for ticket in seed.ALL_TICKETS}) == seed.TICKETS


def test_every_card_is_valid_and_every_person_is_one() -> None:
    assert len(set(seed.EMAILS)) == len(seed.PEOPLE)
    for card in seed.CARDS:
        digits = card.replace(" ", "")
        assert len(digits) == 16
        assert seed.luhn_digit(digits[:-1]) == digits[-1]


def test_luhn_on_a_number_from_the_standards_appendix() -> None:
    assert seed.luhn_digit("7992739871") == "3"


def test_another_process_makes_the_same_tickets() -> None:
    program = "from demo import seed; print(seed.ALL_TICKETS[0].text); print(seed.ALL_TICKETS[-1].text)"
    made = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(Path(seed.__file__).parents[1]), "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert made.stdout.splitlines() == [seed.ALL_TICKETS[0].text, seed.ALL_TICKETS[-1].text]
