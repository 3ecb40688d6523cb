"""The benchmark runs, tells every row and every number, and stops at an answer that cannot be compared."""

import asyncio
import json
import os
import ssl
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Final

import pytest

from bench import approvals, granted, memory, overhead, policy, searches, streams, workers, writes
from bench.load import BenchFailed, Measured, Target, cpu_seconds, drive
from demo.stack import Stack
from support.http2.server import Said as Served
from support.http2.server import grpc_server
from vecgate.parsing import grpc_framing as framing
from vecgate.policy.load import load, policy_files

REPOSITORY: Final = Path(__file__).resolve().parents[2]
OVERHEAD: Final = REPOSITORY / "scripts" / "bench" / "overhead.py"


@pytest.mark.long
def test_every_row_has_every_number(stack: Stack, tmp_path: Path) -> None:
    report = overhead.run(stack, tmp_path, overhead.Plan(requests=6, connections=2, rounds=2))
    expected = [name for name in overhead.ROWS if name != "nginx" or overhead.NGINX is not None]
    assert [row["name"] for row in report["rows"]] == expected
    for row in report["rows"]:
        assert row["requests"] == 6
        assert 0 < row["p50_ms"] <= row["p99_ms"]
        assert row["requests_per_second"] > 0
        assert set(row["cpu_ms_per_request"]) == {"between", "database", "client"}
        assert row["spread"]["requests_per_second"][0] <= row["requests_per_second"]
        assert set(row["ratios"]) == {
            "p50_to_direct",
            "requests_per_second_to_direct",
            "requests_per_second_to_mitmdump",
            "p50_to_mitmdump",
            "cpu_between_to_mitmdump",
            "cpu_between_to_warm",
            "requests_per_second_to_warm",
        }
    direct = report["rows"][0]
    assert {row["name"]: row["p50_over_trimmed_ms"] for row in report["rows"]}["trimmed"] == 0
    assert direct["cpu_ms_per_request"]["between"] == 0
    assert direct["ratios"]["p50_to_direct"] == 1
    assert json.loads(json.dumps(report)) == report
    shown = overhead.table(report).splitlines()
    assert len(shown) == 1 + len(expected)
    assert len({len(line) for line in shown}) == 1


@pytest.mark.long
def test_rows_and_guards_are_put_beside_the_same_search_without(stack: Stack, tmp_path: Path) -> None:
    report = overhead.run(stack, tmp_path, overhead.Plan(requests=4, connections=2, rounds=2, guards=True))
    assert [row["name"] for row in report["rows"]] == [
        name for name in overhead.GUARDED if name != "nginx" or overhead.NGINX is not None
    ]
    assert all(row["requests"] == 4 for row in report["rows"])


@pytest.mark.long
def test_qdrant_is_searched_the_same_way(stack_of_two: Stack, tmp_path: Path) -> None:
    report = overhead.run(stack_of_two, tmp_path, overhead.Plan(4, 1, 2, database="qdrant", guards=True))
    assert (report["database"], report["hits"]) == ("qdrant", 10)
    assert {"direct", "gateway warm", "gateway rows"} <= {row["name"] for row in report["rows"]}


@pytest.mark.long
def test_qdrant_is_searched_over_http_2_and_grpc_beside_rest(stack_of_two: Stack, tmp_path: Path) -> None:
    report = overhead.run(stack_of_two, tmp_path, overhead.Plan(6, 2, 2, database="qdrant"))
    assert {"gateway warm", *overhead.OVER_H2} <= {row["name"] for row in report["rows"]}
    assert all(row["requests"] == 6 for row in report["rows"])


@pytest.mark.long
def test_writes_are_timed_with_others_searching(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "SIZES", (3,))
    report = writes.run(stack, tmp_path, overhead.Plan(0, 1, 2))
    names = ["direct", "mitmdump", "gateway warm, new", "gateway warm, known"]
    assert [row["name"] for row in report["rows"]] == names
    for row in report["rows"]:
        assert row["records"] == 3
        assert row["records_per_second"] > 0
        assert all(row["others"][when]["searches"] >= 2 for when in ("alone", "meanwhile"))
    assert len(writes.table(report).splitlines()) == 5


def test_texts_that_are_written_are_new_or_known_and_as_long_as_told() -> None:
    batches = writes.Batches(2)
    made = [json.loads(body) for body in (batches.known, batches.known, batches.new(), batches.new())]
    texts = [tuple(body["documents"]) for body in made]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3
    assert {len(text) for body in made for text in body["documents"]} == {writes.LETTERS}
    assert {len(vector) for body in made for vector in body["embeddings"]} == {writes.NUMBERS}


def test_what_is_shipped_is_what_is_measured_but_for_its_rates(tmp_path: Path) -> None:
    searches.ship(tmp_path)
    made, shipped = (policy_files(folder) for folder in (tmp_path, searches.SHIPPED))
    assert [path.name for path in made] == [path.name for path in shipped]
    load(tmp_path)
    for one, other in zip(made, shipped, strict=True):
        lines = zip(one.read_text("utf-8").splitlines(), other.read_text("utf-8").splitlines(), strict=True)
        assert all(new == old or ("rate: 1000000/min" in new and "rate: " in old) for new, old in lines)


def test_searches_over_grpc_are_those_of_rest() -> None:
    search = searches.SEARCHES["qdrant"]
    over = searches.OverGrpc(search, search.path(None))
    assert over.method == "/qdrant.Points/Query"
    given, bodies = [*islice(search.bodies(), 3)], over.bodies(search.bodies())
    for body in given:
        call = over._grpc.read(over.method, framing.unframed(next(bodies)).message)
        said = json.loads(body)
        assert call.tree["limit"] == said["limit"]
        # The message has numbers of half the length.
        assert call.tree["query"]["nearest"] == pytest.approx(said["query"], abs=1e-6)


async def test_streams_of_one_connection_are_answered_each_by_itself(tmp_path: Path) -> None:
    head = [(":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", "/a.B/C")]
    with grpc_server(tmp_path) as server:
        server.behave = lambda arrived, _line, _number: Served(arrived.body[5:] * 30_000)
        async with await streams.Streams.to("localhost", server.port, streams.trusting(str(server.ca))) as line:
            asked = [line.ask(head, framing.framed(bytes([number]))) for number in range(1, 5)]
            for number, (fields, body) in enumerate(await asyncio.gather(*asked), 1):
                assert (fields["grpc-status"], framing.unframed(body).message) == ("0", bytes([number]) * 30_000)
        server.behave = lambda _arrived, line, number: line.h2.reset_stream(number)
        async with await streams.Streams.to("localhost", server.port, streams.trusting(str(server.ca))) as line:
            with pytest.raises(streams.Lost, match="reset"):
                await line.ask(head, framing.framed(b"1"))
    assert server.connections == 2


@pytest.mark.parametrize("database", searches.SEARCHES)
def test_a_search_has_a_condition_where_rows_and_guards_are_measured(database: str) -> None:
    search = searches.SEARCHES[database]
    plain, filtered = json.loads(next(search.bodies())), json.loads(next(search.bodies(filtered=True)))
    assert {**filtered, **plain} == filtered
    assert "closed" in json.dumps(filtered)
    assert "closed" not in json.dumps(plain)


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--database", "files"], "invalid choice"),
        (["--requests", "0"], "must be at least 1"),
        (["--connections", "x"], "invalid"),
        (["--rounds", "-1"], "at least 1"),
        (["--client", "h3"], "invalid choice"),
        (["--idle", "0"], "must be at least 1"),
        (["--writes", "--guards"], "not allowed with"),
    ],
)
def test_a_mistake_is_named_before_anything_starts(words: list[str], said: str) -> None:
    done = subprocess.run([sys.executable, OVERHEAD, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert said in done.stderr


def test_as_a_command_it_needs_nothing_but_the_interpreter() -> None:
    done = subprocess.run(
        [sys.executable, OVERHEAD, "--help"], capture_output=True, text=True, timeout=60, check=False, env={}, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    for option in ("--requests", "--connections", "--rounds", "--guards", "--writes", "--idle", "--database", "--json"):
        assert option in done.stdout


PERCENTILES: Final = [
    # seconds, share -> milliseconds
    ([0.007], 0.5, 7),
    ([0.007], 0.99, 7),
    ([0.001, 0.002], 0.5, 1),
    ([0.003, 0.001, 0.002], 0.5, 2),
    ([n / 1000 for n in range(100, 0, -1)], 0.99, 99),
    ([n / 1000 for n in range(1, 101)], 1.0, 100),
]


@pytest.mark.parametrize(("seconds", "share", "expected"), PERCENTILES)
def test_percentiles_are_values_that_were_seen(seconds: list[float], share: float, expected: float) -> None:
    assert Measured(latencies=seconds).percentile(share) == pytest.approx(expected)


def test_cpu_time_counts_a_process_with_its_children() -> None:
    """A shell that only waits, and its child that has burnt half a second."""
    burn = (
        "import time; list(iter(lambda: time.process_time() < 0.5, False)); print('done', flush=True); time.sleep(60)"
    )
    command = ["sh", "-c", '"$0" -c "$1"; true', sys.executable, burn]
    with subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0) as shell:
        try:
            assert shell.stdout is not None
            shell.stdout.readline()
            assert cpu_seconds([shell.pid]) >= 0.4
            assert cpu_seconds([]) == 0
        finally:
            os.killpg(shell.pid, 9)


async def test_an_answer_other_than_200_ends_the_run() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        target = Target("this one", f"http://127.0.0.1:{port}/", ssl.create_default_context(), {}, (), ())
        with pytest.raises(BenchFailed, match="this one answers 403: no"):
            await drive(target, [b""], 1, Measured())


def test_decisions_are_timed_over_sets_of_every_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.json"
    assert policy.main(["--rules", "10", "40", "--questions", "200", "--json", str(file)]) == 0
    rows = json.loads(file.read_text("utf-8"))["rows"]
    assert [row["rules"] for row in rows] == [10, 40]
    for row in rows:
        assert 0 < row["p50_us"] <= row["p99_us"]
        assert sum(row["effects"].values()) == 200
        assert set(row["effects"]) >= {"allow", "deny"}
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_decisions_are_timed_with_and_without_grants() -> None:
    without, rows = granted.measure(50, 40, 105)
    assert "50 rules, 0 grants (0 % under one)" in without["what"]
    assert "50 rules, 40 grants (20 % under one)" in rows["what"]  # one kind of five is what was granted
    for row in (without, rows):
        assert 0 < row["p50_us"] <= row["p99_us"]
    assert without["p50_to_first"] == 1


@pytest.mark.long
async def test_a_yes_and_a_revocation_are_timed_with_much_going_on(stack: Stack, tmp_path: Path) -> None:
    rows = await approvals.measure(stack, tmp_path / "g", approvals.Plan(4, 3, 1, 2, 2))
    assert [row["count"] for row in rows] == [3, 3, 2, 2]
    for row in rows:
        assert 0 < row["p50_ms"] <= row["p99_ms"]
    decisions = granted.measure(10, 4, 50)
    shown = approvals.table({"gateway": rows, "decisions": decisions}).splitlines()
    assert len(shown) == 8
    assert len({len(line) for line in shown}) == 1


@pytest.mark.long
def test_memory_is_read_while_requests_pass_wait_and_connect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "SETTLE_SECONDS", 1.0)
    file = tmp_path / "report.json"
    assert memory.main(["--requests", "64", "--held", "3", "--connections", "3", "--json", str(file)]) == 0
    report = json.loads(file.read_text("utf-8"))
    assert [row["requests"] for row in report["requests"]] == list(range(0, 65, 8))
    assert all(row["resident"] > 10_000_000 for row in report["requests"])
    assert report["held"]["count"] == report["connections"]["count"] == report["stock layers"]["count"] == 3
    said = capsys.readouterr().out
    assert "3 held" in said
    assert "3 connections, stock layers" in said


@pytest.mark.long
def test_one_and_two_workers_are_put_beside_each_other(stack: Stack, tmp_path: Path) -> None:
    report = workers.run(stack, tmp_path, overhead.Plan(requests=8, connections=4, rounds=2))
    assert [row["workers"] for row in report["rows"]] == [1, 2]
    for row in report["rows"]:
        assert row["requests"] == 8
        assert 0 < row["p50_ms"] <= row["p99_ms"]
        assert row["rss_mb"] > 50
    assert report["rows"][0]["requests_per_second_to_one"] == 1
    assert report["rows"][1]["rss_mb"] > report["rows"][0]["rss_mb"], "a second worker takes memory of its own"
    assert json.loads(json.dumps(report)) == report
    shown = workers.table(report).splitlines()
    assert len(shown) == 3
    assert len({len(line) for line in shown}) == 1
