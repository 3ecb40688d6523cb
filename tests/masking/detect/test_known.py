"""Which words are names, wherever they stand?"""

import pytest

from vecgate.masking.detect.known import FOLDER, is_brand, is_family, is_given, is_name, may_be_given, plain


@pytest.mark.parametrize("word", ["Ruth", "Hugo", "Adaeze", "Grażyna", "ANNA", "Wei-Lu"])
def test_given_names_that_are_nothing_else(word: str) -> None:
    assert is_given(word)
    assert may_be_given(word)


@pytest.mark.parametrize("word", ["Will", "Art", "Paris", "June", "Ruby"])
def test_given_names_that_are_words_or_places(word: str) -> None:
    assert not is_given(word)
    assert may_be_given(word)


def test_family_names_and_others() -> None:
    assert is_family("Nowakowski")
    assert is_name("Kowalski")
    assert not is_name("dishwasher")
    assert plain("Łukasz") == "lukasz"


def test_brands_are_called_as_nobody_is() -> None:
    assert all(map(is_brand, ("Minecraft", "Netflix", "TAILWIND", "Lidl")))
    assert not any(map(is_brand, ("Anna", "Kowalski", "Holm", "Ford", "Mercedes", "dishwasher")))
    brands = (FOLDER / "brands.txt").read_text("ascii").split()
    assert brands == sorted(set(brands))
    assert not [brand for brand in brands if is_name(brand)]
