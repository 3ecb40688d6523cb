"""Mistakes of shape, in our words and at their place."""

import pytest
from pydantic import ValidationError

from support.tools.every import every
from vecgate.parsing.mistakes import mistakes, noun
from vecgate.parsing.yaml_source import read
from vecgate.policy.language.model import PolicyFile

RULE = "{name: x, who: anyone, where: anywhere, operations: [read], effect: deny%s}"

SAID = [
    # the file
    ("{}", (), "missing 'version'"),
    ("{version: 2}", ("version",), "unknown version '2'. Known: 1."),
    (
        "{version: 1, rule: []}",
        ("rule",),
        "unknown key 'rule'. Known: version, mask_profiles, collections, deputies, rules. Did you mean 'rules'?",
    ),
    ("{version: 1, rules: x}", ("rules",), "'rules' must be a list, such as [one, two]; this is a text"),
    (
        "{version: 1, rules: [x]}",
        ("rules", 0),
        "one of 'rules' must be a mapping, such as {key: value}; this is a text",
    ),
    # a rule
    (RULE % ", efect: deny", ("rules", 0, "efect"), "unknown key 'efect'. Known: name, description"),
    (RULE % ", efect: deny", ("rules", 0, "efect"), "Did you mean 'effect'?"),
    (RULE % ", vectors: 1", ("rules", 0, "vectors"), "'vectors' must be true, false or zero"),
    (
        RULE % ", description: yes",
        ("rules", 0, "description"),
        "must be a text, in quotes if it looks like something else; this is true/false",
    ),
    (
        RULE % ", limits: {max: 5}",
        ("rules", 0, "limits", "max"),
        "unknown key 'max'. Known: max_results, max_records, when_over, depth, rate.",
    ),
    (
        RULE % ", limits: {max_results: 0}",
        ("rules", 0, "limits", "max_results"),
        "'max_results': Input should be greater than or equal to 1",
    ),
    (
        RULE % ", approvers: {stages: [{groups: [a], escalate: {groups: [b]}}]}",
        ("rules", 0, "approvers", "stages", 0, "escalate", "after"),
        "missing 'after'",
    ),
    # words that stand for a mapping
    (
        RULE.replace("who: anyone", "who: anybody") % "",
        ("rules", 0, "who"),
        "unknown who 'anybody'. Known: anyone. Did you mean 'anyone'?",
    ),
    (
        RULE.replace("who: anyone", "who: {group: [a]}") % "",
        ("rules", 0, "who", "group"),
        "unknown key 'group'. Known: groups, users, user, claims, agents, agent, except_groups. Did you mean 'groups'?",
    ),
    (
        RULE.replace("who: anyone", "who: {groups: []}") % "",
        ("rules", 0, "who", "groups"),
        "'groups' is empty, which would match nothing",
    ),
    (RULE.replace("who: anyone", "who: [a]") % "", ("rules", 0, "who"), "'who' must be a mapping"),
    (
        RULE.replace("effect: deny", "effect: alow") % "",
        ("rules", 0, "effect"),
        "unknown effect 'alow'. Known: allow, hold, deny, request. Did you mean 'allow'?",
    ),
    (
        RULE.replace("[read]", "[raed]") % "",
        ("rules", 0, "operations", 0),
        "unknown operation 'raed'. Known: read, write, delete, schema, destroy, admin, snapshot, egress, reveal, '*', and each kind in them. Did you mean 'read'?",
    ),
    (RULE % ", form: 2026-01-01 UTC", ("rules", 0, "form"), "Did you mean 'from'?"),
    # mask profiles
    (
        "{version: 1, mask_profiles: {a: {entity: {}}}}",
        ("mask_profiles", "a", "entity"),
        "unknown key 'entity'. Known: default, entities, fields, sensitivity, unserved, allow, deny.",
    ),
    (
        "{version: 1, mask_profiles: {a: {entities: {EMAL: keep}}}}",
        ("mask_profiles", "a", "entities", "EMAL"),
        "Did you mean 'EMAIL'?",
    ),
    (
        "{version: 1, mask_profiles: {a: {entities: {EMAIL: keeep}}}}",
        ("mask_profiles", "a", "entities", "EMAIL"),
        "unknown operator 'keeep'",
    ),
]


@every(("text", "path", "said"), SAID)
def test_a_mistake_is_told_with_what_is_known(text, path, said):
    source = read(text if text.startswith("{version") or text == "{}" else f"{{version: 1, rules: [{text}]}}", "f")
    with pytest.raises(ValidationError) as caught:
        PolicyFile.model_validate(source.tree)
    ((got, message),) = mistakes(caught.value, source, PolicyFile)
    assert said in message
    assert got[: len(path)] == path


def test_kinds_of_values_have_plain_names():
    assert [noun(v) for v in (None, True, 1, 1.5, "x", (), {}, object())] == [
        "nothing", "true/false", "a number", "a number", "a text", "a list", "a mapping", "something else",
    ]  # fmt: skip
