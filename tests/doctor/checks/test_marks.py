"""Under which version do the marks lie that a database holds? OpenBao, its rotated key and Chroma are real."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.settings import UPSTREAM
from demo.stack import Stack
from support.servers.ready import Ready
from support.tools.direct import ask
from vecgate import dialects
from vecgate.doctor import Finding
from vecgate.doctor.checks import marks
from vecgate.domain.profiles import OperatorSpec
from vecgate.masking.apply.keys import LocalKeys, VaultKeys
from vecgate.masking.apply.operators import build
from vecgate.settings.file import Settings
from vecgate.settings.policies import Policies

RULE = """
version: 1
mask_profiles: {{shown: {{default: replace}}}}
rules:
  - name: readers
    who: anyone
    where: {{tenants: ["{tenant}", "never-made", "other-*"]}}
    operations: [read]
    effect: allow
    mask: shown
"""
ANA = "ana@example.org"
TENANTS = marks._tenants


@pytest.fixture
def tenant(stack: Stack) -> Iterator[str]:
    """A tenant with a database and a collection of its own, empty."""
    name = f"marks-{secrets.token_hex(4)}"
    ask(stack, "POST", "/api/v2/tenants", {"name": name})
    ask(stack, "POST", f"/api/v2/tenants/{name}/databases", {"name": "main"})
    place = f"/api/v2/tenants/{name}/databases/main/collections"
    ask(stack, "POST", place, {"name": "tickets"})
    yield name
    ask(stack, "DELETE", f"{place}/tickets")


@pytest.fixture
def told(settings: Settings, tenant: str, tmp_path: Path) -> Settings:
    """Settings whose policies name the tenant."""
    (tmp_path / "rules.yaml").write_text(RULE.format(tenant=tenant), "utf-8")
    return settings.model_copy(update={"policies": Policies(folder=tmp_path)})


def put(stack: Stack, tenant: str, texts: list[str], **also: Any) -> None:
    place = f"/api/v2/tenants/{tenant}/databases/main/collections"
    uuid = ask(stack, "GET", f"{place}/tickets")["id"]
    ids = [f"r-{secrets.token_hex(4)}" for _ in texts]
    body = {"ids": ids, "documents": texts, "embeddings": [[1.0, 0.5]] * len(texts), **also}
    ask(stack, "POST", f"{place}/{uuid}/add", body)


async def key_of(ready: Ready, tenant: str, version: int) -> bytes:
    masking = ready.settings.masking.model_copy(update={"key_version": version})
    return await VaultKeys(ready.client, ready.own.get, masking).of((UPSTREAM, tenant))


def mark(operator: str, key: bytes, text: str = ANA) -> str:
    shown = build(OperatorSpec(operator), key)(text, "EMAIL")
    assert isinstance(shown, str)
    return shown


async def looked(ready: Ready, told: Settings, monkeypatch: pytest.MonkeyPatch, **masking: Any) -> list[Finding]:
    monkeypatch.setattr(marks, "_tenants", lambda *which: TENANTS(*which)[1:])  # no other test's marks
    changed = told.model_copy(update={"masking": told.masking.model_copy(update=masking)})
    return await marks.check(UPSTREAM, changed, ready.client, ready.own, ready.leases, time.time)


async def test_marks_and_tokens_are_counted_by_version(
    stack: Stack, ready: Ready, tenant: str, told: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.bao.rotate()
    one, two = await key_of(ready, tenant, 1), await key_of(ready, tenant, 2)
    foreign = await LocalKeys(b"f" * 32).of((UPSTREAM, tenant))
    put(stack, tenant, [f"From {mark('pseudonym', one)} and {mark('hash', one)}.", "From nobody.", "<PERSON> wrote."])
    put(stack, tenant, ["a"], metadatas=[{"email": mark("token", two)}])
    put(stack, tenant, [mark("token", foreign)])
    known, unknown = await looked(ready, told, monkeypatch, key_version=2)
    assert (known.level, known.found) == (
        "ok",
        "Of 5 records in 1 collections (all there are), marks lie there: 2 under version 1, 1 under version 2.",
    )
    assert unknown.level == "warning"
    assert "1 marks are of no version that is given out" in unknown.found


async def test_marks_of_a_version_that_nothing_is_looked_for_under_here(
    stack: Stack, ready: Ready, tenant: str, told: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.bao.rotate()
    put(stack, tenant, [mark("token", await key_of(ready, tenant, 2))])
    known, later = await looked(ready, told, monkeypatch, key_version=1)
    assert "1 under version 2" in known.found
    assert later.level == "warning"
    assert "looked for, under version 1" in later.found
    assert later.todo.startswith("Set masking.key_version to 2")


async def test_where_none_lies_and_where_not_all_was_looked_at(
    stack: Stack, ready: Ready, tenant: str, told: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "PAGE", 2)
    monkeypatch.setattr(marks, "MOST_PAGES", 3)
    put(stack, tenant, ["a", "b"])
    (found,) = await looked(ready, told, monkeypatch)
    assert found.found == "Of 2 records in 1 collections (all there are) none holds a mark of the masking key."
    put(stack, tenant, ["c", "d", "e"])
    (found,) = await looked(ready, told, monkeypatch)
    assert found.found == "Of 4 records in 1 collections (not all there are) none holds a mark of the masking key."


async def test_without_a_masking_key_or_a_lease(ready: Ready, told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await looked(ready, told, monkeypatch, key=None) == []
    (said,) = await looked(ready, told, monkeypatch, key="none-of-that-name")
    assert said.level == "warning"
    assert "cannot be told under which version" in said.found


async def test_the_databases_own_tenant_is_looked_at_first(told: Settings, tenant: str) -> None:
    assert marks._tenants(told, dialects.load("chroma")) == ["default_tenant", tenant, "never-made"]
    assert marks._tenants(told, dialects.load("qdrant")) == [""]
