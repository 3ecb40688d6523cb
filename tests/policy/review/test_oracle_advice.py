"""A rule that allows what its own mask refuses is warned about."""

import pytest

from vecgate.policy.load import from_texts
from vecgate.policy.review.advice import advice

POLICY = """
version: 1
mask_profiles:
  everything: {{default: replace, fields: {{"*": redact}}}}
  pay: {{default: keep, fields: {{"*.salary": redact}}}}
  texts: {{default: replace}}
  marks: {{default: pseudonym, fields: {{"*.salary": hash}}}}
  words: {{default: replace, fields: {{"*.salary": redact}}}}
rules:
  - name: r
    who: {{groups: [g]}}
    where: {{collections: [c]}}
    {rule}
"""
ALLOW = "operations: [{kinds}]\n    effect: allow\n    mask: {mask}\n    "


def said(kinds: str, mask: str, more: str = "") -> str:
    policies = from_texts({"rules.yaml": POLICY.format(rule=ALLOW.format(kinds=kinds, mask=mask) + more)})
    return "\n".join(
        line
        for line in advice(policies)
        if "rule 'r'" in line and "cannot start" not in line and "anybody's yes" not in line
    )


@pytest.mark.parametrize(
    ("kinds", "mask", "more", "words"),
    [
        ("delete_filter", "everything", "", "allows delete_filter, but its mask 'everything' hides every field"),
        ("delete", "everything", "", "allows delete_filter, but"),
        ("delete_filter", "everything", "oracles: {allow: [status]}", ""),
        ("delete_filter", "pay", "", ""),
        ("read", "everything", "", ""),
        ("read", "pay", "oracles: {allow: [salary]}", ""),
        ("read", "pay", "oracles: {allow: [author]}", "exempts 'author' under 'oracles', but its mask 'pay' does not hide it"),
        ("read", "texts", "oracles: {allow: [author]}", ""),
        ("read", "pay", "inputs: {filters: translate, profile: marks}", ""),
        ("read", "pay", "inputs: {filters: translate, profile: words}", "'*.salary' is stored by 'words' with 'redact'"),
        ("read", "texts", "inputs: {filters: translate, profile: words}", ""),
    ],
)  # fmt: skip
def test_what_the_own_mask_makes_useless_is_told(kinds: str, mask: str, more: str, words: str) -> None:
    found = said(kinds, mask, more)
    assert words in found if words else not found
