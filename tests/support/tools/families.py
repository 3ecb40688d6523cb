"""Clients as users have them: each family's packages in an environment of their own, from its own hashed lock, made once by uv or npm."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Gateway

TESTS: Final = Path(__file__).resolve().parents[2]
REPOSITORY: Final = TESTS.parent
FAMILIES: Final = TESTS / "clients"
#: Kept from run to run; made anew when the lock changes.
KEPT: Final = REPOSITORY / ".vecgate" / "clients"
#: What a reader without vectors, and with three results at most, is told.
RESULTS, VECTORS, RULE, WAITS = "limit.results", "vectors.not_allowed", "policy.no_rule", "hold.pending"
MASKED: Final = "oracle.field"
#: Families that run another's script.
_SCRIPT: Final = {
    "thin": "chromadb",
    "pinecone_7": "pinecone",
    "pinecone_grpc_7": "pinecone_grpc",
    "milvus_25": "milvus",
    "milvus_lite": "milvus",
    "milvus_24": "milvus",
}
#: Families that use another's packages.
_PACKAGES: Final = {
    "qdrant_async": "qdrant", "qdrant_grpc": "qdrant", "elasticsearch_async": "elasticsearch", "opensearch_async": "opensearch", "milvus_orm": "milvus",
    "milvus_async": "milvus", "pinecone_grpc": "pinecone",
}  # fmt: skip


class CannotMake(Exception):
    """What this machine lacks for it."""


def uv() -> str:
    """The uv that made .venv, or any other."""
    found = shutil.which("uv") or (str(own) if (own := REPOSITORY / ".uv/bin/uv").exists() else None)
    if found is None:
        raise CannotMake("there is no uv")
    return found


def environment(family: str) -> list[str]:
    """The command that runs a script with a family's packages; skips by name where they cannot be had."""
    try:
        return _javascript(family) if (FAMILIES / family / "package.json").exists() else _python(family)
    except CannotMake as e:
        pytest.skip(f"{family}: its packages cannot be had here: {e}")


def _python(family: str) -> list[str]:
    family = _PACKAGES.get(family, family)
    lock = FAMILIES / family / "requirements.lock"
    if not lock.exists():  # the client that we need ourselves
        return [sys.executable]
    folder = _folder(family, lock)
    with _to_be_made(folder) as is_missing:
        if is_missing:
            _run(uv(), "venv", "-q", "--clear", "--python", sys.executable, str(folder))
            python = str(folder / "bin/python")
            _run(uv(), "pip", "install", "-q", "--python", python, "--require-hashes", "-r", str(lock))
    return [str(folder / "bin/python")]


def _javascript(family: str) -> list[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise CannotMake("there is no node, or no npm")
    folder = _folder(family, FAMILIES / family / "package-lock.json")
    with _to_be_made(folder) as is_missing:
        if is_missing:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(FAMILIES / family / name, folder)
            _run(npm, "ci", "--silent", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", cwd=folder)
    for script in (FAMILIES / family).glob("*.mjs"):  # beside its packages, where node looks for them
        shutil.copy(script, folder)
    return [node]


def _folder(family: str, lock: Path) -> Path:
    return KEPT / f"{family}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"


@contextlib.contextmanager
def _to_be_made(folder: Path) -> Iterator[bool]:
    """Whether it is still to be made, by whoever comes first: tests that run side by side wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    hidden = folder.with_name(f".{folder.name}.lock")  # folders are looked for by a family's name
    with hidden.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        is_missing = not (folder / "made").exists()
        yield is_missing
        if is_missing:
            (folder / "made").touch()


def _run(*command: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired as e:
        raise CannotMake(f"{Path(command[0]).name} took too long") from e
    if done.returncode:
        raise CannotMake(f"{Path(command[0]).name}: {done.stderr.strip()[-300:]}")


def walk(family: str, part: str, told: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """What each case of a family's script gave: `{"gave": value}`, or `{"said": what its user sees}`."""
    command = environment(family)
    script = FAMILIES / _SCRIPT.get(family, family) / "walk.py"
    if not script.exists():
        script = _folder(family, FAMILIES / family / "package-lock.json") / "walk.mjs"
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")} | dict(environ)
    done = subprocess.run(
        [*command, str(script), part], input=json.dumps(told), env=environ,
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def check_told(found: Mapping[str, Any], told: Mapping[str, str], gateway: Gateway, token: str) -> None:
    """Each case says the code that is told of it, with the id where somebody can be asked; what is not told works."""
    for case, one in found.items():
        if case in told:
            assert told[case] in one.get("said", ""), (case, one)
        else:
            assert "gave" in one, (case, one)
    for said in (one["said"] for case, one in found.items() if told.get(case) == WAITS):
        answer = gateway.ask("GET", "/.vecgate/v1/requests", token=token)
        pending = [one["id"] for one in answer.json["requests"]]
        assert any(id in said for id in pending), (said, pending)
