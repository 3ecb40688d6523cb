"""Is every call that real clients were recorded with read, sent and answered with nothing lost, or refused for a reason?"""

import re
from typing import Any, Final

from dialects.milvus.grpc.asked import MESSAGES, classified, recorded
from vecgate.dialects.base.grpc.protocol import Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.columns import column_of, values_of
from vecgate.parsing import strict_json
from vecgate.refusals.errors import CallRefused

#: What is refused though a server may take it: words of the refusal, and why.
REVIEWED: Final = {
    r"route\.refused: .*by numbers": "names of collections are decided on, not numbers",
    r"route\.refused: .*from files": "nobody looks into files",
    r"route\.refused: .*that nobody here has tried": "newer than what was tried",
    r"route\.unknown": "another service, or none",
    r"a filter ": "another meaning in another server, or none",
    r"'ids' of a 'SearchRequest'": "a search by the vectors of others' records",
    r"says field \d+ twice|of another type|cut off|it is no 'QueryRequest'": "two readings",
    r"'query_params' (?:says 'limit' twice|has 'LIMIT')|must be a whole number": "two readings",
    r"'limit' must be|'search' must not be empty|'partitionNames\[0\]'|'collectionName' ": "the bounds that REST has",
    r"a connection is answered at its start": "answered here",
}  # fmt: skip
#: Fields of answers that are left out on purpose: nobody looked at them, or they say nothing.
LEFT_OUT: Final = {
    "DescribeCollectionResponse": ("virtual_channel_names", "physical_channel_names", "start_positions"),
    "FlushResponse": ("channel_cps",),
}


def _schemas() -> dict[str, Any]:
    """What servers said of each collection, when it was asked about."""
    found = {}
    for row in recorded():
        if row["method"].endswith("/DescribeCollection") and row["status"] == "OK":
            said = MESSAGES.read("milvus.DescribeCollectionResponse", row["answer"])
            if not said.status.code:
                said.collection_name = said.collection_name or said.schema.name
                found[said.collection_name] = said
    return found


def tried() -> None:
    """Raise AssertionError for the first that is neither."""
    collections = _schemas()
    refusals = [why for row in recorded() if (why := _one(row, collections))]
    assert [why for why in refusals if not any(re.search(words, why) for words in REVIEWED)] == []
    assert [words for words in REVIEWED if not any(re.search(words, why) for why in refusals)] == []
    assert (len(recorded()), len(refusals)) == (597, 81)


def _one(row: dict[str, Any], collections: dict[str, Any]) -> str:
    """Why one is refused; empty: it is not."""
    dialect = Milvus()
    grpc = dialect.grpc
    try:
        call = grpc.read(row["method"], row["request"], ())
    except CallRefused as e:
        return str(e.refusal)
    try:
        classified(dialect, call, **collections)
    except CallRefused as e:
        return "" if e.refusal.code == "collection.unknown" else str(e.refusal)
    sent = grpc.message(call)
    assert sent.method == row["method"]
    again = grpc.read(sent.method, sent.message)
    if ("grpc-key", "true") not in call.headers:  # which fields there are is known to the server alone
        assert strict_json.ordered(again.tree) == strict_json.ordered(call.tree)
        assert again.headers == call.headers
    if row["status"] == "OK":
        _answered(grpc, call, row)
    return ""


def _answered(grpc: Any, call: Any, row: dict[str, Any]) -> None:
    heard = grpc.answer(call, Reply(row["answer"]))
    given = grpc.given(call, heard.answer, heard.kept)
    gives = grpc.methods[row["method"]].gives
    was, now = (_plain(MESSAGES.read(gives, one)) for one in (row["answer"], given.message))
    if row["method"].endswith("/Delete"):
        was.ClearField("IDs")  # one server tells what it was told to delete; REST has no word for that
    status = was if gives.endswith(".Status") else was.status
    if status.code or status.error_code:
        told = now if gives.endswith(".Status") else now.status
        assert told.reason == (status.reason or status.detail)
        assert (told.code, told.error_code) == (status.code or 65_535, {100: 4, 700: 25}.get(status.code, 1))
    else:
        assert was == now, f"{row['source']}\n{was}\n{now}"


def _plain(message: Any) -> Any:
    """The same without what is said in more than one way: the order of columns, spaces in JSON, and what is left out."""
    for name in LEFT_OUT.get(message.DESCRIPTOR.name, ()):
        message.ClearField(name)
    if message.DESCRIPTOR.name == "MutationResult":
        _no_ids(message, "IDs")
    if message.DESCRIPTOR.name == "SearchResults":
        _no_ids(message.results, "ids")
        if not message.status.code:
            message.status.ClearField("reason")  # "search result is empty", of a success
    for holder in (message, getattr(message, "results", None)):
        if getattr(holder, "fields_data", None) is not None:
            _sorted(holder.fields_data)
    return message


def _no_ids(message: Any, name: str) -> None:
    if getattr(message, name).ByteSize() < 3:
        message.ClearField(name)


def _sorted(columns: Any) -> None:
    for one in columns:
        texts = one.scalars.json_data.data if one.HasField("scalars") and one.scalars.HasField("json_data") else []
        for i, text in enumerate(texts):
            texts[i] = strict_json.dump(strict_json.ordered(strict_json.parse(text)))
        if not values_of(one, column_of(one), shown=True):
            one.ClearField("scalars")
            one.ClearField("vectors")
    held = [type(one).FromString(one.SerializeToString()) for one in sorted(columns, key=lambda one: one.field_name)]
    del columns[:]
    columns.extend(held)
