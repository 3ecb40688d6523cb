"""The page "Rules people ask for": each block loads, and decides what the block below it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.tools.documents import ROOT, blocks
from vecgate.cli._offline import reader
from vecgate.policy.asked.testing import run
from vecgate.policy.load import from_texts
from vecgate.policy.review.advice import Surroundings, advice
from vecgate.settings.notices import Notices

PAGE = [block.text for block in blocks("yaml") if block.document == ROOT / ".github" / "wishes.md"]
RULES = [text for text in PAGE if "\nrules:\n" in text]
PAIRS = dict(zip(RULES, (text for text in PAGE if "\ncases:\n" in text), strict=True))
#: What a rule is about, of each line that was wished for.
WISHES = {
    "until, office hours": "until: 2026",
    "two hours": "grant: {longest: 2h}",
    "rows of a tenant": "rows: [{field: tenant",
    "a tenant by a claim": 'tenants: ["{claims.tenant}"]',
    "above N records": "above: 20",
    "the first time only": "starts: first_use",
    "a yes for an hour": "covers_holds: true",
    "two groups": "need: all",
    "by name": "users: [dora]",
    "a reason": "reason: {asking: required",
    "a ticket": "ticket: required",
    "records a day": "records: 10000/day",
    "fields": "fields.all(f",
    "network": "in_network(source.address",
    "client": "azp: [desk-app]",
    "users by pattern": "glob(principal.user, 'svc-*')",
    "nested claims": "realm_access.roles: [reader]",
    "agents": "act.sub: [helper-agent]",
    "lists": "without_collection: true",
    "all but some": 'except: [{where: {collections: ["hr-*"',
    "emergencies": "break_glass: {review_within",
}


def test_every_wish_stands_there() -> None:
    assert [wish for wish, words in WISHES.items() if not any(words in text for text in RULES)] == []


@pytest.mark.parametrize("number", range(len(RULES)))
def test_each_block_loads_and_decides_what_is_said_below_it(tmp_path: Path, number: int) -> None:
    policy = RULES[number]
    (tmp_path / "wish.test.yaml").write_text(PAIRS[policy], "utf-8")
    found = from_texts({"wish.yaml": policy})
    report = run(tmp_path, found, reader("chroma"))
    assert report.failed == ()
    assert report.results
    warned = [said for said in advice(found, Surroundings()) if "shows 'collections'" not in said]
    assert [said for said in warned if "never" in said or "nobody can" in said] == []


def test_who_is_told_is_said_in_the_settings() -> None:
    [text] = [text for text in PAGE if text.startswith("notices:")]
    tree: Any = yaml.safe_load(text)["notices"]
    made: Callable[[Any], Notices] = Notices.model_validate
    assert set(made(tree).sinks) == {"duty", "siem"}
