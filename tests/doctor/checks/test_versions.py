"""What is said of a server's version: that it was tested, that it was not, that calls are refused for it."""

import json
from pathlib import Path
from typing import Any

from doctor.answering import Answer, answering
from doctor.checks.test_beside import FakeLeases, told
from support.servers import doors
from support.servers.chroma import running_chroma
from vecgate.doctor.checks import upstream, versions
from vecgate.doctor.finding import Finding, Level


async def of(dialect: str, answer: Any, leases: FakeLeases | None = None, **more: Any) -> Finding:
    served = {"GET /": Answer(200, json.dumps(answer).encode())}
    async with doors.listening(answering(served)) as port:
        spec = told(f"http://127.0.0.1:{port}", dialect).model_copy(update=more)
        (found,) = await versions.check("db", spec, leases or FakeLeases())  # type: ignore[arg-type]
    return found


async def test_it_is_told_whether_it_was_tested() -> None:
    assert (await of("qdrant", {"version": "1.19.3"})).level is Level.OK
    older = await of("qdrant", {"version": "1.17.0"})
    assert (older.level, older.found) == (Level.WARNING, "It is of version 1.17.0; the dialect was tested with 1.19.")
    assert "db.versions" in older.todo
    refused = await of("qdrant", {"version": "1.17.0"}, versions="tested")
    assert (refused.level, refused.found[:21]) == (Level.PROBLEM, "Its calls are refused")
    other = await of("opensearch", {"version": {"number": "8.19.5"}})
    assert "It is of another database; the dialect was tested with 2.19 and 3.5." in other.found
    silent = await of("qdrant", ["x"])
    assert "of a version that it does not tell" in silent.found


async def test_where_it_cannot_be_asked_that_is_said() -> None:
    found = await of("milvus", {})
    assert (found.level, "gRPC" in found.found, "2.3 and 2.6" in found.found) == (Level.OK, True, True)
    assert list(upstream.mistakes("db", told("https://x", "milvus").model_copy(update={"versions": "tested"}))) == [
        "upstreams.db.versions: Milvus tells its version over gRPC alone"
    ]
    async with doors.listening(doors.closing) as port:
        (away,) = await versions.check("db", told(f"http://127.0.0.1:{port}", "qdrant"), FakeLeases())  # type: ignore[arg-type]
    assert (away.level, away.found[:35]) == (Level.WARNING, "It could not be asked for its versi")


async def test_a_real_chroma_is_among_what_was_tested(tmp_path: Path) -> None:
    with running_chroma(tmp_path / "chroma") as url:
        (found,) = await versions.check("db", told(url, "chroma"), FakeLeases())  # type: ignore[arg-type]
    assert found.level is Level.OK
