"""What would be stored of these texts? They are decided on and masked as a write of them is, and then go back.

    POST /.vecgate/v1/mask    {"collection": "crm", "profile": "stored", "records": [{"text": "From Anna."}]}
                              {"records": [{"text": "From person-..."}], "masked": {"PERSON": 1}}

For clients that embed before they write: they mask, embed what came back, and write both. It tells only what a write
would have told its writer, so it is for those who may write there, under the rule that masks what they write. A record
has `text`, `metadata` or both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.api.own import Answered, Asked, Own, Parts
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import named, refuse
from vecgate.refusals.errors import CallRefused

MOST_RECORDS: Final = 1000
_LONGEST_NAME: Final = 512
_NAMES: Final = ("collection", "profile", "tenant", "database")

type Record = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is to be masked, as the records of which collection. `profile` empty: whichever the rule names."""

    collection: str
    profile: str
    tenant: str
    database: str
    records: tuple[Record, ...]

    def check(self, decision: Decision) -> None:
        """Whether what they write there is masked so. Raises CallRefused (`input.profile`)."""
        inputs = decision.inputs
        if inputs.payload == "mask" and self.profile in ("", inputs.profile):
            return
        kept = {"keep": "it goes in as it comes", "refuse": "personal data is refused there"}
        why = kept.get(inputs.payload, f"it is masked with '{inputs.profile}'")
        raise CallRefused(refuse("input.profile", rule=decision.rule, profile=named(self.profile), why=why))


def read(tree: Json, home: tuple[str, str] = ("", "")) -> Texts:
    """What a request's body asks for; `home`: tenant and database of who names none. Raises CallRefused."""
    if not isinstance(tree, dict) or not tree.keys() <= {*_NAMES, "records"}:
        raise _unreadable(f"expected an object with {', '.join(_NAMES)} and records")
    names = {name: _name(tree.get(name, ""), name) for name in _NAMES}
    if not names["collection"]:
        raise _unreadable("'collection' must name one")
    records = tree.get("records")
    if not isinstance(records, list) or not 0 < len(records) <= MOST_RECORDS:
        raise _unreadable(f"'records' must be a list of 1 to {MOST_RECORDS} objects")
    found = tuple(_record(record, i) for i, record in enumerate(records))
    tenant, database = names["tenant"] or home[0], names["database"] or home[1]
    return Texts(names["collection"], names["profile"], tenant, database, found)


def _name(value: Json, member: str) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST_NAME:
        raise _unreadable(f"'{member}' must be one line of at most {_LONGEST_NAME} characters")
    return value


def _record(record: Json, i: int) -> Record:
    if not isinstance(record, dict) or not record or not record.keys() <= {"text", "metadata"}:
        raise _unreadable(f"'records[{i}]' must be an object with text or metadata, and nothing else")
    if not isinstance(record.get("text", ""), str) or not isinstance(record.get("metadata", {}), dict):
        raise _unreadable(f"'records[{i}]' must have a text for its text, and an object for its metadata")
    return record


def _unreadable(detail: str) -> CallRefused:
    return CallRefused(refuse("body.unreadable", cause="said", detail=detail))


class Preview(Own):
    """The write that texts stand for, which goes back in place of being sent."""

    ruled = True
    goes_in = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._dialect = dialect = asked.dialect
        self._texts = texts = read(asked.call().tree, dialect.home)
        place = Operation(dialect.name, "", "", 0, texts.tenant or None, texts.database or None, (texts.collection,))
        write = dialect.written(place, texts.records)
        if write is None:
            raise CallRefused(refuse("route.unknown"))
        self.operation, tree = write
        self.call = Call(asked.raw.method, asked.raw.target, body=strict_json.dump(tree), tree=tree)

    async def check(self, exchange: Exchange) -> None:
        self._texts.check(need(exchange.decision))

    async def answer(self, exchange: Exchange) -> Answered:
        cleaned, masked = need(exchange.call).tree, dict[str, Json](exchange.cleaned_counts)
        records = self._dialect.texts(cleaned if isinstance(cleaned, dict) else {}, self._texts.records)
        told: Json = {"records": len(records), "masked": masked}
        return Answered({"records": records, "masked": masked}, told)
