"""Does a framework's store do through the gateway what it does without it, and do its users read why it may not?

For databases that speak Lucene's language: whoever owns an index does all, whoever may read some of it is told of the rest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.lucene.gated import Gate
from support.tools.families import FAMILIES, check_told, walk


@dataclass(frozen=True, slots=True)
class Store:
    """A family; what an owner is refused by its code, what a reader is told, and who that reader is."""

    family: str
    told: Mapping[str, str]
    refused: Mapping[str, str] = field(default_factory=dict)
    reader: str = "borrowers"

    def __str__(self) -> str:
        return self.family


def _walked(gate: Gate, store: Store, part: str, group: str | None, index: str) -> dict[str, Any]:
    """One part of its walk, by somebody of that group, or beside the gateway."""
    told = {"url": gate.url, "token": "", "collection": index}
    if group is not None:
        token, url = gate.token(f"{group}-person", group), f"https://localhost:{gate.gateway.listen.port}"
        told |= {"url": url, "token": token, "ca": str(gate.gateway.ca)}
    return walk(store.family, part, told, {"PYTHONPATH": str(FAMILIES)})


def check_store(gate: Gate, store: Store) -> None:
    """The same with and without a gateway, but for what is refused; a reader gets some rows, masked, and is told of the rest."""
    name = store.family.replace("_", "-")
    alone = _walked(gate, store, "works", None, f"c-there-{name}")
    through = _walked(gate, store, "works", "clients", f"c-here-{name}")
    assert {case: one["said"] for case, one in alone.items() if "said" in one} == {}
    for case, code in store.refused.items():
        assert code in through.pop(case).get("said", ""), case
        del alone[case]
    assert through == alone
    filled = _walked(gate, store, "fills", None, f"c-kept-{name}")
    assert all("gave" in one for one in filled.values()), filled
    found = _walked(gate, store, "limited", store.reader, f"c-kept-{name}")
    check_told(found, store.told, gate.gateway, gate.token("owners-person", "owners"))
    said = json.dumps(found)
    assert "<EMAIL>" in json.dumps(found["shows_masked"]), found
    assert not any(kept in said for kept in ("anna.schmidt", "closed", "how do I reset it")), said
