"""What do route and body mean together, before the server is asked anything?"""

import pytest

from vecgate import dialects
from vecgate.dialects.chroma.meaning import body_of, plain, refined
from vecgate.domain.call import Json
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json

C = "/api/v2/tenants/acme/databases/main/collections/2687e4e8-d546-4e70-a219-19361a27da60"
HEADERS = (("host", "db"), ("content-type", "application/json"))
VECTOR: Json = [[0.1, 0.2]]


def told(method: str, target: str, tree: Json) -> Operation:
    dialect = dialects.load("chroma")
    call = dialect.read(Raw(method, target, HEADERS, strict_json.dump(tree)))
    about = plain(dialect.match(call))
    return refined(
        Operation(about.dialect, about.name, about.kind, about.danger, collections=("tickets",)), body_of(call)
    )


ALSO: list[tuple[str, str, Json, tuple[tuple[str, tuple[str, ...]], ...]]] = [
    ("PUT", C, {"new_name": "other"}, ()),
    ("PUT", C, {"new_metadata": {"k": 1}}, ()),
    ("PUT", C, {"new_name": "other", "new_metadata": {"k": 1}}, (("collection_alter", ("tickets",)),)),
    ("PUT", C, {"new_name": "other", "new_configuration": {}}, (("collection_alter", ("tickets",)),)),
    ("POST", f"{C}/fork", {"new_name": "copy"}, (("list_scan", ("tickets",)),)),
    (
        "PUT",
        C,
        {
            "new_configuration": {
                "embedding_function": {"type": "known", "name": "x", "config": {"url": "http://a.example"}}
            }
        },
        (("embedding_config", ("tickets",)),),
    ),
    (
        "POST",
        C.rpartition("/")[0],
        {"name": "other", "configuration": {"embedding_function": {"name": "x", "config": {"api_base": "a.example"}}}},
        (("embedding_config", ("tickets", "other")),),
    ),
    (
        "POST",
        f"{C}/functions/attach",
        {"name": "f", "function_id": "g", "output_collection": "out"},
        (("list_scan", ("tickets",)),),
    ),
]


@pytest.mark.parametrize(("method", "target", "tree", "also"), ALSO)
def test_what_a_call_does_besides_is_decided_on_too(
    method: str, target: str, tree: Json, also: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    operation = told(method, target, tree)
    assert tuple((one.kind, one.collections) for one in operation.also) == also


RECORDS: list[tuple[str, Json, int | None]] = [
    ("add", {"ids": ["1", "2"], "embeddings": VECTOR}, 2),
    ("upsert", {"ids": ["1", "1"], "embeddings": VECTOR}, 2),
    ("update", {"ids": ["1"]}, 1),
    ("delete", {"ids": ["1", "2", "3"]}, 3),
    ("delete", {"ids": ["1", "2"], "where": {"k": 1}}, None),
    ("delete", {"where": {"k": 1}}, None),
    ("get", {"ids": ["1", "2"]}, None),
]


@pytest.mark.parametrize(("route", "tree", "records"), RECORDS)
def test_a_write_and_a_delete_by_ids_tell_how_many_records_they_name(
    route: str, tree: Json, records: int | None
) -> None:
    assert told("POST", f"{C}/{route}", tree).records == records
