"""All checks side by side, each within its time."""

import asyncio
import time
from importlib import import_module
from pathlib import Path

import pytest

from demo.settings import UPSTREAM
from demo.stack import Stack
from support.servers.doors import problems
from vecgate.cli import _offline
from vecgate.doctor import Asked, Finding, examine
from vecgate.doctor.finding import ok
from vecgate.settings.file import Settings

examination = import_module("vecgate.doctor.examine")  # the package's own name for the function hides the module


async def found(stack: Stack, settings: Settings, *upstreams: str) -> list[Finding]:
    asked = Asked(stack.settings_path, settings, upstreams)
    return await examine(asked, _offline.reader("chroma"), time.time)


async def test_without_an_upstream_everything_else_is_examined(stack: Stack, settings: Settings) -> None:
    abouts = {finding.about for finding in await found(stack, settings)}
    assert abouts >= {
        "settings",
        "software",
        "policies",
        "gateway CA",
        "recordings",
        "Valkey",
        "issuer",
        "OpenBao",
        "clock",
    }
    assert UPSTREAM not in abouts


async def test_each_upstream_is_examined_from_inside_and_around(stack: Stack, settings: Settings) -> None:
    said = " ".join(f.found for f in await found(stack, settings, UPSTREAM) if f.about == UPSTREAM)
    assert "takes the gateway's credential" in said
    assert "demands a client certificate" in said


async def test_a_ca_file_of_openbao_that_is_not_there(stack: Stack, settings: Settings, tmp_path: Path) -> None:
    vault = settings.vault.model_copy(update={"ca": tmp_path / "none.pem"})
    said = problems(await found(stack, settings.model_copy(update={"vault": vault}), UPSTREAM))
    assert any("none.pem cannot be used" in one for one in said)


async def test_a_check_that_hangs_is_a_problem_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def answer() -> list[Finding]:
        return [ok("b", "Fine.")]

    monkeypatch.setattr(examination, "LONGEST", 0.05)
    first, second = await examination._all([("a", hang()), ("b", answer())])
    assert "could not be examined" in first.found
    assert second.found == "Fine."
