"""Who is told that a collection is there? Who may do something with it, or see it."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.fakes.gates import OPERATION, FakeGate, exchange
from vecgate.handling.callers.seeing import sees
from vecgate.policy.watch import PolicyStore

POLICY = """
version: 1
mask_profiles: {standard: {default: replace}}
rules:
  - {name: reads, who: {groups: [analysts]}, where: {tenants: [t], collections: [tickets]}, operations: [search], effect: allow, mask: standard}
  - {name: lists, who: {groups: [analysts]}, where: {tenants: [t], collections: [notes]}, operations: [collection_read], effect: allow, mask: standard}
  - {name: asks, who: {groups: [analysts]}, where: {tenants: [t], collections: [held]}, operations: [search], effect: hold, mask: standard, approvers: {groups: [owners]}}
"""


@pytest.mark.asyncio
async def test_who_may_do_or_see_something_of_it_is_told_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(POLICY)
    store = PolicyStore(tmp_path)
    assert store.refresh()
    asked = replace(OPERATION, kind="search", also=(replace(OPERATION, kind="aggregate"),))
    each = [replace(asked, collections=(name,)) for name in ("tickets", "notes", "held", "salaries")]
    assert await sees(FakeGate(policies=store), exchange(decision=None), each) == [True, True, True, False]
