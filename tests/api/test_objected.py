"""A yes to less under the rule's own mask shows no more than what was asked for."""

from typing import Any

import pytest

from access.conftest import MakeAccess, make_access, valkey
from api.test_access import WISH, People, code
from support.fakes.approvals import ALICE, BOB
from vecgate.policy.load import from_texts

__all__ = ["make_access", "valkey"]


@pytest.fixture
async def at(make_access: MakeAccess) -> People:
    return People(await make_access())


MASKS = """
version: 1
mask_profiles:
  shows: {default: replace, entities: {EMAIL: keep}}
  hides: {default: redact, fields: {"*.ssn": drop}}
  hides-less: {default: redact}
rules:
  - name: may-look
    who: {groups: [analysts]}
    where: {collections: ["tickets*"]}
    operations: [read]
    effect: request
    mask: OWN
    approvers: {groups: [data-owners]}
    grant: {longest: 8h, masks: [OTHER]}
"""


@pytest.mark.parametrize(
    ("own", "asked_for", "is_less"),
    [
        ("hides", "shows", True),
        ("shows", "hides", False),
        ("hides-less", "hides", False),
        ("hides", "hides-less", True),
    ],
)
async def test_falling_back_to_the_rules_own_mask_shows_no_more(
    at: People, own: str, asked_for: str, is_less: bool
) -> None:
    at.parts.policies.current = from_texts({"p.yaml": MASKS.replace("OWN", own).replace("OTHER", asked_for)})
    asked: Any = await at(ALICE).ask("", {**WISH, "mask": asked_for})
    narrowed = at(BOB).approve(asked["id"], {"narrow": {"mask": own}})
    if is_less:
        assert (await narrowed)["mask"] == own  # type: ignore[index, call-overload]
    else:
        assert await code(narrowed) == "access.wider"
