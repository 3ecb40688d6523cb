"""Support tickets of invented people, with what was planted in each: made the same way for every run."""

from dataclasses import dataclass, field
from random import Random

_FIRST = "Anna Liam Sofia Mateo Priya Kenji Fatima Lars Chloe Diego Ingrid Omar Giulia Pavel Amara Hugo Leila Niamh Tomasz Mei Jonas Aisha Emily Carlos Yuki Elena Samuel Nadia Robert Grace".split()  # noqa: SIM905
_LAST = "Kowalski Haddad Lindqvist Moreau Sharma Tanaka Okafor Jensen Rossi Novak Fernandez Murphy Schneider Petrov Osei Carter Nguyen Silva Bergström Yilmaz Walker Hughes Dubois Romano Larsen Reyes Fischer Costa Brennan Ito".split()  # noqa: SIM905
_TEMPLATES = (
    "{name} called about order {order}: the parcel never arrived. Call back on {phone} or write to {email}.",
    "Hello, my name is {name}. I was charged twice on my card {card}. Please answer to {email}.",
    "Customer {name} ({email}) asks to move the refund to {iban} as soon as possible.",
    "I spoke with {name} on Tuesday about invoice {order}; the number on file is {phone}, the card is {card}.",
    "From: {name}\nSubject: Broken router\n\nThe device restarts every hour. You can reach me at {phone}.\n\nRegards,\n{name}",
    "Agent note: {name} wants a copy of the contract sent to {email}. IBAN {iban} was confirmed.",
    "Ticket escalated after {name} reported that the app shows the wrong balance. E-mail on file: {email}; phone {phone}.",
    "Please delete the account of {name}, who wrote from {email}. The last payment was made with {card}.",
)


@dataclass(frozen=True)
class Ticket:
    """A text and what was planted in it, by entity."""

    text: str
    planted: dict[str, str] = field(default_factory=dict)


def _luhn(head: str) -> str:
    total = sum(int(c) if i % 2 else sum(divmod(2 * int(c), 10)) for i, c in enumerate(reversed(head)))
    return f"{head}{-total % 10}"


def _card(random: Random) -> str:
    number = _luhn("4" + "".join(random.choices("0123456789", k=14)))
    gap = random.choice(["", " ", "-"])
    return gap.join(number[i : i + 4] for i in range(0, 16, 4))


def _iban(random: Random) -> str:
    account = "".join(random.choices("0123456789", k=18))
    check = 98 - int(account + "131400") % 97
    plain = f"DE{check:02d}{account}"
    return random.choice([plain, " ".join(plain[i : i + 4] for i in range(0, 22, 4))])


def _phone(random: Random) -> str:
    a, b, c = random.randint(201, 989), random.randint(200, 999), random.randint(1000, 9999)
    return random.choice(
        [f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"+1 {a} {b} {c}", f"+49 30 {a}{b}{c % 100:02d}", f"020 7{b} {c}"]
    )


def tickets(count: int, seed: int = 7) -> list[Ticket]:
    """So many tickets; the same for the same seed."""
    random = Random(seed)
    made = []
    for i in range(count):
        name = f"{random.choice(_FIRST)} {random.choice(_LAST)}"
        values = {
            "name": name,
            "email": f"{name.split()[0].lower()}.{random.randint(1, 99)}@{random.choice(['example.com', 'mail.example.org', 'acme.co.uk'])}",
            "phone": _phone(random),
            "card": _card(random),
            "iban": _iban(random),
        }
        template = _TEMPLATES[i % len(_TEMPLATES)]
        planted = {kind: value for kind, value in values.items() if f"{{{kind}}}" in template}
        made.append(Ticket(template.format(order=random.randint(10000, 99999), **values), planted))
    return made
