"""What is in the demo's database? Five hundred support tickets of people who do not exist, the same ones every time.

Vectors are made here, without a model or a download: words are hashed into 64 directions (feature hashing,
Weinberger et al. 2009), so texts that share words are near each other.
"""

import http.client
import json
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

COLLECTION: Final = "tickets"
DIMENSIONS: Final = 64
TICKETS: Final = 500
CLOSED: Final = 412
BASE: Final = "/api/v2/tenants/default_tenant/databases/default_database/collections"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST: Final = _words(
    "Amelia Benjamin Charlotte Daniel Eleanor Frederick Georgia Henry Isabella Jonathan Katherine Liam Margaret Nathan "
    "Olivia Patrick Rebecca Samuel Theresa Victor Wendy Zachary Priya Mateo Ingrid Kenji Fatima Oluwaseun Chiara Anders"
)
_LAST: Final = _words(
    "Abernathy Blackwood Carmichael Donnelly Ellsworth Fairbanks Gallagher Hawthorne Ivanova Jorgensen Kowalski "
    "Lindqvist Montgomery Nakamura Okafor Pemberton Quigley Rosenthal Sutherland Thackeray Underwood Vasquez "
    "Whitfield Yamamoto Zimmerman Fitzgerald Marchetti Petersen Delacroix Bannister"
)
_STREETS: Final = ("Maple Street", "Harbour Road", "Kings Lane", "Mill Avenue", "Station Road")
_PRODUCTS: Final = ("router", "headset", "thermostat", "camera", "doorbell", "speaker")
_DOMAINS: Final = ("example.com", "example.net", "example.org")

_CLOSED_TEXTS: Final = (
    "{name} called about a refund for the {product}. The amount goes back to card {card}.",
    "The {product} arrived broken. {name} asked us to write to {email} once a new one is on its way.",
    "Password reset for {name} was done by phone ({phone}); the {product} is online again.",
    "{name} cancelled the {product} plan because of the price. A confirmation went to {email}.",
    "Delivery of the {product} to {street} was late. {name} accepted a voucher.",
)
_OPEN_TEXTS: Final = (
    "{name} cannot log in to the {product} since the update. Call back at {phone}.",
    "The {product} loses its connection every night. {name} wants an answer at {email}.",
    "{name} was charged twice for the {product} on card {card} and wants one charge refunded.",
    "The {product} must be sent again to {street}; ask {name} when someone is at home.",
)
_NOTES: Final = (
    "Spoke with {first}; polite, in a hurry.",
    "Please mail {email}, do not call before noon.",
    "Reached {name} at {phone} on the second attempt.",
    "No further contact wanted.",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist, but could."""

    name: str
    email: str
    phone: str
    card: str
    street: str


def luhn_digit(digits: str) -> str:
    """The check digit that makes a card number valid (ISO/IEC 7812-1 annex B)."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def _card(dice: random.Random) -> str:
    digits = "4" + "".join(dice.choices("0123456789", k=14))
    whole = digits + luhn_digit(digits)
    return " ".join(whole[i : i + 4] for i in range(0, 16, 4))


def _people(dice: random.Random) -> Iterator[Person]:
    for first, last in dice.sample([(first, last) for first in _FIRST for last in _LAST], 120):
        yield Person(
            name=f"{first} {last}",
            email=f"{first}.{last}@{dice.choice(_DOMAINS)}".lower(),
            phone=f"+1 202-555-01{dice.randrange(100):02d}",  # 555-0100 to 555-0199 belong to nobody
            card=_card(dice),
            street=f"{dice.randrange(1, 200)} {dice.choice(_STREETS)}",
        )


def _values(person: Person, product: str) -> dict[str, str]:
    return {
        "name": person.name,
        "first": person.name.split()[0],
        "email": person.email,
        "phone": person.phone,
        "card": person.card,
        "street": person.street,
        "product": product,
    }


@dataclass(frozen=True, slots=True)
class Ticket:
    """One record: its text and what is kept beside it."""

    id: str
    text: str
    metadata: Mapping[str, str]


def _ticket(dice: random.Random, number: int, *, closed: bool) -> Ticket:
    person, product = dice.choice(PEOPLE), dice.choice(_PRODUCTS)
    values = _values(person, product)
    text = dice.choice(_CLOSED_TEXTS if closed else _OPEN_TEXTS).format(**values)
    kept = {name: values[name] for name in ("name", "email", "phone", "card", "product")}
    note = dice.choice(_NOTES).format(**values)
    metadata = kept | {"status": "closed" if closed else "open", "note": note}
    return Ticket(f"ticket-{number:04d}", text, metadata)


def _tickets(dice: random.Random) -> Iterator[Ticket]:
    states = [True] * CLOSED + [False] * (TICKETS - CLOSED)
    dice.shuffle(states)
    for number, closed in enumerate(states, 1):
        yield _ticket(dice, number, closed=closed)


_DICE: Final = random.Random(7)  # noqa: S311 - the same tickets every time is the point
PEOPLE: Final = tuple(_people(_DICE))
ALL_TICKETS: Final = tuple(_tickets(_DICE))

#: What must never be readable in a log, a journal or a flow.
EMAILS: Final = tuple(person.email for person in PEOPLE)
NAMES: Final = tuple(person.name for person in PEOPLE)
CARDS: Final = tuple(person.card for person in PEOPLE)
PHONES: Final = tuple(person.phone for person in PEOPLE)


def embed(text: str) -> list[float]:
    """A text as a unit vector of 64 numbers: one signed direction per word. An empty text points along the first."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"[a-z]+", text.lower()):
        mark = blake2b(word.encode(), digest_size=2).digest()
        vector[mark[0] % DIMENSIONS] += 1.0 if mark[1] & 1 else -1.0
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector] if length else [1.0] + [0.0] * (DIMENSIONS - 1)


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> Any:
    headers = {"Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    raw = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"Chroma answers {answer.status} on {method} {path}")
    return json.loads(raw) if raw else None


type Embed = Callable[[str], list[float]]


def _add(connection: http.client.HTTPConnection, collection: str, tickets: Sequence[Ticket], vector: Embed) -> None:
    body = {
        "ids": [ticket.id for ticket in tickets],
        "documents": [ticket.text for ticket in tickets],
        "metadatas": [dict(ticket.metadata) for ticket in tickets],
        "embeddings": [vector(ticket.text) for ticket in tickets],
    }
    _ask(connection, "POST", f"{BASE}/{collection}/upsert", body)


def plant(connection: http.client.HTTPConnection, name: str = COLLECTION, vector: Embed = embed) -> int:
    """Fill the collection, or another with other vectors. Returns how many records it then holds.

    Over any connection to Chroma. Safe to repeat: every ticket is back as it was afterwards, and others stay.
    """
    made = _ask(connection, "POST", BASE, {"name": name, "get_or_create": True})
    _add(connection, made["id"], ALL_TICKETS, vector)
    return int(_ask(connection, "GET", f"{BASE}/{made['id']}/count"))
