"""Who is in the judged texts? Names, addresses and numbers of people that do not exist, the same for the same seed.

Names and addresses are Faker's, in locales that may not be trained on; numbers are made here, with right checksums.
"""

import hashlib
import random
import re
import unicodedata
from calendar import month_name
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

LOCALES: Final = (
    "az_AZ", "de_LU", "en_BD", "en_MS", "en_TH", "es_AR", "fr_CA", "fr_CH", "fr_DZ", "ga_IE", "ha_NG", "hu_HU", "ig_NG",
    "lt_LT", "tw_GH", "uz_UZ",
)  # fmt: skip
_BANKS: Final = ("de_DE", "nl_NL", "fr_FR", "es_ES", "en_GB", "it_IT")
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_WORDY: Final = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def chance(*seed: object) -> random.Random:
    """The same numbers for the same seed, on every machine."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311 - nothing here is a secret


def _pick(rng: random.Random, *choices: str) -> str:
    return rng.choice(choices)


def _bothify(rng: random.Random, pattern: str) -> str:
    """`#` becomes a digit, `?` a capital letter."""
    return "".join(rng.choice("0123456789") if c == "#" else rng.choice(_LETTERS) if c == "?" else c for c in pattern)


def _bitcoin(rng: random.Random) -> str:
    """A pay-to-public-key-hash address with a right checksum."""
    body = b"\0" + rng.randbytes(20)
    number = int.from_bytes(body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4])
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" + text


_SECRETS: Final[tuple[Callable[[random.Random], str], ...]] = (
    lambda rng: "AKIA" + "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)),
    lambda rng: "ghp_" + "".join(rng.choices(_WORDY, k=36)),
    lambda rng: "xoxb-" + _bothify(rng, "############-############-") + "".join(rng.choices(_WORDY, k=24)),
    lambda rng: "sk_live_" + "".join(rng.choices(_WORDY, k=24)),
)
#: Gaps that need no Faker.
_MADE: Final[Mapping[str, Callable[[random.Random], str]]] = {
    "num": lambda rng: str(rng.randint(2, 999)),
    "ref": lambda rng: _bothify(rng, _pick(rng, "??-#####", "########", "???####-##", "#######/##")),
    "uuid": lambda rng: "-".join(f"{rng.getrandbits(4 * n):0{n}x}" for n in (8, 4, 4, 4, 12)),
    "money": lambda rng: _pick(rng, "EUR ", "$", "€", "CHF ") + f"{rng.randint(3, 9000):,}.{rng.randint(0, 99):02}",
    "time": lambda rng: f"{rng.randint(6, 21):02}:{rng.choice('012345')}0",
    "version": lambda rng: f"{rng.randint(0, 9)}.{rng.randint(0, 30)}.{rng.randint(0, 9)}",
    "timestamp": lambda rng: (
        f"20{rng.randint(20, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        f"T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}Z"
    ),
    "passport": lambda rng: _bothify(rng, _pick(rng, "?########", "??#######", "?#######")),
    "licence": lambda rng: _bothify(rng, _pick(rng, "?###-####-####", "#########", "??######")),
    "mrn": lambda rng: _bothify(rng, _pick(rng, "########", "##-##-##-##", "MR#######")),
    "mac": lambda rng: _pick(rng, ":", "-").join(f"{b:02x}" for b in rng.randbytes(6)),
    "secret": lambda rng: rng.choice(_SECRETS)(rng),
    "password": lambda rng: "".join(rng.choices(_WORDY, k=9)) + _pick(rng, "!", "#", "+") + _bothify(rng, "##"),
    "crypto": lambda rng: _bitcoin(rng) if rng.random() < 0.5 else "0x" + rng.randbytes(20).hex(),
}


@dataclass(slots=True)
class Values:
    """Fills gaps. `faker`: locale -> a Faker of that locale; it is seeded anew for each value."""

    faker: Callable[[str], Any]
    rng: random.Random
    fill: Mapping[str, Sequence[str]]
    locales: Sequence[str] = LOCALES
    _people: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def __call__(self, gap: str, who: str) -> str:
        """Raises KeyError for a gap that does not exist."""
        if gap in self.fill:
            return self.rng.choice(self.fill[gap])
        if gap in _MADE:
            return _MADE[gap](self.rng)
        made: dict[str, Callable[[str], str]] = {
            "person": lambda who: self._person(who)[0], "first": lambda who: self._person(who)[1],
            "last": lambda who: self._person(who)[2], "email": self._email, "city": self._city,
            "country": lambda _: self._said("en_NZ", "country"), "address": self._address,
            "org": lambda _: self._said(None, "company"), "phone": lambda _: self._said(None, "phone_number"),
            "card": self._card, "iban": self._iban, "ssn": lambda _: self._said("en_US", "ssn"),
            "ip": lambda _: self._said("en_US", "ipv4"), "handle": lambda _: self._said("en_NZ", "user_name"),
            "date": lambda _: self._date("2019", "2026"), "dob": lambda _: self._date("1935", "2008"),
        }  # fmt: skip
        return made[gap](who)

    def _said(self, locale: str | None, method: str) -> str:
        faker = self.faker(locale or self.rng.choice(self.locales))
        faker.seed_instance(self.rng.getrandbits(64))
        return " ".join(str(getattr(faker, method)()).split())

    def _person(self, who: str) -> tuple[str, str, str]:
        """How a person is called: in full, first name, last name; the same for the same letter."""
        if who in self._people:
            return self._people[who]
        locale = self.rng.choice(self.locales)
        first, last, more = (self._said(locale, method) for method in ("first_name", "last_name", "first_name"))
        forms = {
            f"{first} {last}": 80, f"{first} {self.rng.choice(_LETTERS)}. {last}": 6, f"{first[0]}. {last}": 3,
            f"{first} {more} {last}": 3, f"{first} {last}".lower(): 4, f"{first} {last}".upper(): 4,
        }  # fmt: skip
        full = self.rng.choices(list(forms), list(forms.values()))[0]
        if who:
            self._people[who] = full, first, last
        return full, first, last

    def _email(self, who: str) -> str:
        _, first, last = self._person(who)
        plain = [re.sub("[^a-z]", "", unicodedata.normalize("NFKD", name).lower()) or "me" for name in (first, last)]
        name = self.rng.choice(
            [f"{plain[0]}.{plain[1]}", plain[0][0] + plain[1], f"{plain[1]}{self.rng.randint(1, 99)}"]
        )
        return f"{name}@{self._said('en_NZ', 'domain_name')}"

    def _city(self, _: str) -> str:
        return self._said(None, "city")

    def _address(self, _: str) -> str:
        faker = self.faker(self.rng.choice(self.locales))
        faker.seed_instance(self.rng.getrandbits(64))
        return ", ".join(line.strip(" ,") for line in str(faker.address()).splitlines())

    def _card(self, _: str) -> str:
        number = self._said("en_US", "credit_card_number")
        blank = _pick(self.rng, "", " ", "-")
        return blank.join(re.findall(".{1,4}", number))

    def _iban(self, _: str) -> str:
        number = self._said(self.rng.choice(_BANKS), "iban")
        return " ".join(re.findall(".{1,4}", number)) if self.rng.random() < 0.5 else number

    def _date(self, since: str, until: str) -> str:
        year, month, day = self.rng.randint(int(since), int(until)), self.rng.randint(1, 12), self.rng.randint(1, 28)
        return self.rng.choice(
            [f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"{day} {month_name[month]} {year}",
             f"{month_name[month]} {day}, {year}", f"{day:02}.{month:02}.{year}"]
        )  # fmt: skip
