"""Do recorded answers walk through masking as they are, but for what is a text? And is no mail left in any payload?"""

import asyncio
import json
from typing import Any

import pytest

from support.tools.replayed import rows
from vecgate import dialects
from vecgate.dialects.base.answers import places
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import ENTITIES, REPLACE, MaskProfile
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.masker import Masker
from vecgate.masking.pool.pool import Workers
from vecgate.refusals.errors import CallRefused
from vecgate.settings.masking import Masking

PROFILE = MaskProfile("p", dict.fromkeys(ENTITIES, REPLACE))
#: Every so many of the answers; those of frameworks are all looked at.
SAMPLE = 4


async def nobody(call: Call) -> Answer:
    return dialects.load("qdrant").offline(call, None)


def answered() -> list[tuple[int, Operation, Any]]:
    """Answers of recorded calls that are understood."""
    dialect, found = dialects.load("qdrant"), []
    for row in rows("open"):
        if "json" not in (row.answer or {}) or (row.number % SAMPLE and not row.source.startswith("client:")):
            continue
        target = row.path + (f"?{row.query}" if row.query else "")
        try:
            call = dialect.read(Raw(row.method, target, tuple(row.headers), row.raw))
            found.append((row.number, asyncio.run(dialect.classify(call, nobody)), row.answer["json"]))
        except CallRefused:
            continue
    return found


def leaves(tree: Any, at: str = "") -> dict[str, Any]:
    if isinstance(tree, dict | list):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        found: dict[str, Any] = {}
        for key, value in items:
            found |= leaves(value, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
        return found
    return {at: tree}


@pytest.fixture(scope="module")
def masked() -> list[tuple[int, Operation, Any, Any]]:
    """Each answer, and what is shown of it to who sees nothing personal."""

    async def all_of_them() -> list[tuple[int, Operation, Any, Any]]:
        workers = Workers(Masking(timeout=60))
        await workers.open()
        masker, dialect = Masker(workers, LocalKeys(b"k" * 32)), dialects.load("qdrant")
        try:
            return [
                (n, o, tree, (await masker.mask_tree(tree, dialect.surface(o, answer=True), PROFILE, ("db", "a")))[0])
                for n, o, tree in given
            ]
        finally:
            await workers.close()

    given = answered()
    return asyncio.run(all_of_them())


def test_nothing_but_texts_of_an_answer_changes(masked: list[Any]) -> None:
    dialect, compared = dialects.load("qdrant"), 0
    for number, operation, before, after in masked:
        texts = places(dialect.surface(operation, answer=True), dialect.marks(operation), before)
        may = {*texts["texts"], *texts["errors"]}
        now = leaves(after)
        for at, value in leaves(before).items():
            compared += 1
            if at not in may and not isinstance(value, int | float):
                assert now.get(at, value) == value, (number, at)
            if isinstance(value, int | float) and "/payload/" not in at:
                assert now[at] == value, (number, at)
    assert compared > 3000


def test_no_mail_of_a_payload_is_left_also_where_it_is_json_in_a_text(masked: list[Any]) -> None:
    """Q-101: LangChain, LlamaIndex, Haystack and MCP payloads among them."""
    said, kinds = 0, set()
    for number, operation, before, after in masked:
        text = json.dumps(before)
        kinds |= {key for key in ("page_content", "_node_content", "content", "document") if f'"{key}"' in text}
        if "@mail.example" in text and operation.kind in ("search", "list_scan", "read_ids"):
            said += 1
            assert "@mail.example" not in json.dumps(after), (number, operation.name)
    assert said > 40
    assert kinds == {"page_content", "_node_content", "content", "document"}
