"""Which six people were recorded on a real Milvus? Two tenants, every type of field, and dynamic ones."""

from typing import Any, Final

_PHONES: Final = (
    "+49 30 555 0101",
    "+47 555 01 02",
    "+34 555 010 303",
    "+1 202 555 0104",
    "+43 1 555 0105",
    "+33 1 55 50 10 06",
)
_NAMED: Final = (
    ("t1", "Alma Brandt", 34, True), ("t1", "Bo Nilsen", 41, False), ("t1", "Carla Ruiz", 29, True),
    ("t2", "Dmitri Oak", 52, True), ("t2", "Eva Stein", 38, False), ("t2", "Farid Aziz", 45, True),
)  # fmt: skip
#: The types of the fields that are declared; all others are dynamic.
TYPES: Final = {
    "id": "Int64", "tenant": "VarChar", "name": "VarChar", "age": "Int64", "score": "Double", "ok": "Bool", "meta": "JSON",
    "tags": "Array", "nums": "Array", "vec": "FloatVector",
}  # fmt: skip


def _mail(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def _person(number: int) -> dict[str, Any]:
    tenant, name, age, ok = _NAMED[number - 1]
    own = {
        "email": _mail(name),
        "tenant": tenant,
        "n": number,
        "list": [number, number + 1],
        "nested": {"phone": _PHONES[number - 1]},
    }
    return {
        "id": number, "tenant": tenant, "name": name, "age": age, "score": number / 10, "ok": ok, "meta": own,
        "tags": ["red", "blue"] if number % 2 else ["green"], "nums": [number, number * 10], "email": _mail(name),
        "note": f"Patient {name}, born 1980-01-0{number}, IBAN DE00 0000 000{number}",
        "vec": [number / 10, 1 - number / 10, 0.5, (number % 3) / 10],
    }  # fmt: skip


def people() -> list[dict[str, Any]]:
    """Each of them, by id."""
    return [_person(number) for number in range(1, 7)]
