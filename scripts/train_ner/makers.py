"""Which people, places, firms and addresses stand in the made-up texts? Faker's, of thirty locales, in many forms."""

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from . import streets

#: The more often one stands here, the more people come from there.
LOCALES: Final = tuple(
    "en_US en_US en_US en_US en_GB en_GB en_IN en_AU en_CA en_KE en_PK de_DE de_AT fr_FR fr_BE es_ES es_MX es_CL "
    "it_IT nl_NL pl_PL pt_BR pt_PT sv_SE no_NO fi_FI da_DK cs_CZ tr_TR ro_RO hr_HR sl_SI et_EE id_ID fil_PH vi_VN "
    "zu_ZA yo_NG en_NZ en_IE en_NG es_CO sk_SK lv_LV nl_BE de_CH sq_AL sw is_IS".split()
)
#: Written in their own letters, in English texts too.
FOREIGN: Final = "ru_RU uk_UA el_GR bg_BG ja_JP zh_CN ar_AA".split()
#: Never trained on: what the development texts are made of.
HELD_OUT: Final = "es_AR hu_HU lt_LT fr_CA az_AZ tw_GH en_MS ga_IE".split()

_INITIALS: Final = "ABCDEFGHJKLMNPRSTW"
_OF: Final = ("University of ", "Bank of ", "City of ", "Hospital of ", "Port of ", "Museum of ")
_AFTER: Final = (
    " University", " General Hospital", " High School", " Police Department", " FC", " Chamber of Commerce",
    " Community College", " City Council", " Times", " Airport", " United", " Medical Center", " Clinic",
)  # fmt: skip
#: Names of other scripts as they are written in Latin letters.
ROMANISED: Final = ("zh", "ko", "ja", "in", "ar", "eu")
LISTS: Final = Path(__file__).parent / "lists"


@cache
def words(name: str) -> tuple[str, ...]:
    """One of the word lists; lines beginning with `#` part it."""
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def romanised(name: str) -> tuple[list[str], list[str]]:
    """Given names and family names of one of `ROMANISED`."""
    _, given, family = (LISTS / f"romanised_{name}.txt").read_text(encoding="utf-8").split("# ")
    return given.splitlines()[1:], family.splitlines()[1:]


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", str(text)).strip()


class Makers:
    """One random source of everything. `locales` are those it takes its people and places from."""

    def __init__(self, seed: int, locales: tuple[str, ...] | list[str] = LOCALES, foreign: float = 0.02) -> None:
        from faker import Faker  # only the training's own environment has it

        self.random = random.Random(seed)
        Faker.seed(seed)
        self._fakes = {name: Faker(name) for name in dict.fromkeys([*locales, "en_US"])}
        self._locales = list(locales)
        self._foreign: list[Any] = [Faker(name) for name in FOREIGN] if foreign else []
        self._share = foreign

    def abroad(self, locale: str) -> Any:
        """Faker for a locale, whether people come from there or not."""
        if locale not in self._fakes:
            from faker import Faker  # only the training's own environment has it

            self._fakes[locale] = Faker(locale)
        return self._fakes[locale]

    def _fake(self) -> Any:
        if self._foreign and self.random.random() < self._share:
            return self.random.choice(self._foreign)
        return self._fakes[self.random.choice(self._locales)]

    def _pair(self) -> tuple[str, str]:
        if self.random.random() < 0.07:
            given, family = romanised(self.random.choice(ROMANISED))
            first, last = self.random.choice(given), self.random.choice(family)
            return (last, first) if self.random.random() < 0.2 else (first, last)
        fake = self._fake()
        if self.random.random() < 0.15:  # families move
            return _tidy(fake.first_name()), _tidy(self._fake().last_name())
        return _tidy(fake.first_name()), _tidy(fake.last_name())

    def first(self) -> str:
        return self._pair()[0]

    def last(self) -> str:
        return self._pair()[1]

    def person(self) -> str:
        """A name in one of the ways names are written."""
        (first, last), pick = self._pair(), self.random
        initial = pick.choice(_INITIALS)
        forms: list[tuple[float, Callable[[], str]]] = [
            (52, lambda: f"{first} {last}"),
            (14, lambda: first),
            (7, lambda: last),
            (5, lambda: f"{first} {initial}. {last}"),
            (1, lambda: f"{first} {initial} {last}"),
            (3, lambda: f"{first[0]}. {last}"),
            (2, lambda: f"{first[0]}.{initial}. {last}"),
            (3, lambda: f"{last}, {first}"),
            (1, lambda: f"{last}, {first} {initial}."),
            (1, lambda: f"{last} {first[0]}."),
            (3, lambda: f"{first} {self.first()} {last}"),
            (3, lambda: f"{first} {last}-{self.last()}"),
            (2, lambda: f"{first} {last} {self.last()}"),
            (1, lambda: f"{first} {pick.choice(['van', 'de', 'von', 'bin', 'al', 'da', 'Mc', "O'"])} {last}"),
            (1, lambda: f"{first} {last} {pick.choice(['Jr.', 'Sr.', 'III', 'II'])}"),
            (1, lambda: f'{first} "{self.first()}" {last}'),
            (1, lambda: f"{last.upper()} {first}"),
            (1, lambda: f"{first} {last.upper()}"),
        ]
        return pick.choices([make for _, make in forms], [weight for weight, _ in forms])[0]()

    def place(self) -> str:
        fake, roll = self._fake(), self.random.random()
        if roll < 0.3:
            return _tidy(self.plain.location_on_land()[2])  # real ones
        if roll < 0.72:
            return _tidy(fake.city())
        if roll < 0.9:
            return _tidy(fake.country() if self.random.random() < 0.4 else self.plain.country())
        return _tidy(getattr(fake, "state", fake.city)())

    def org(self) -> str:
        fake, pick, roll = self._fake(), self.random, self.random.random()
        city = _tidy(fake.city())
        if roll < 0.45:
            return _tidy(fake.company())
        if roll < 0.65:
            return f"{_tidy(fake.last_name())} {pick.choice(words('trade'))}"
        if roll < 0.73:
            return pick.choice(_OF) + city
        if roll < 0.84:
            return city + pick.choice(_AFTER)
        ending = pick.choice([*words("firm_form"), "", "", "AI", "Technologies"])
        return f"{pick.choice(words('coined'))} {ending}".strip()

    def address(self) -> str:
        if self.random.random() < 0.4:
            return streets.address(
                words("street_form"), self._street_name, lambda: _tidy(self._fake().city()), self.random
            )
        fake, roll = self._fake(), self.random.random()
        if roll < 0.4:
            made = fake.street_address()
        elif roll < 0.8:
            made = fake.address()
        else:
            made = f"{fake.street_address()}, {fake.city()}"
        roll = self.random.random()
        if roll < 0.6:
            made = re.sub(r"\s*\n\s*", ", ", made)
        elif roll < 0.75:
            made = re.sub(r"\s*\n\s*", " ", made)
        if self.random.random() < 0.15:
            made = f"{made}, {_tidy(self._fakes['en_US'].country())}"
        return re.sub(r"[ \t]+", " ", str(made)).strip()

    def _street_name(self) -> str:
        fake, roll = self._fake(), self.random.random()
        if roll < 0.4:
            return _tidy(fake.last_name())
        if roll < 0.6:
            return f"{_tidy(fake.first_name())} {_tidy(fake.last_name())}"
        return _tidy(fake.city() if roll < 0.7 else self.random.choice(words("heading_a")))

    def phone(self) -> str:
        return _tidy(getattr(self._fake(), "phone_number", self.plain.phone_number)())

    def email(self) -> str:
        return _tidy(getattr(self._fake(), "email", self.plain.email)())

    @property
    def plain(self) -> Any:
        """Faker for what is nobody's name."""
        return self._fakes["en_US"]
