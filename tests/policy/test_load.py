"""A folder of files becomes one policy set, or a list of every mistake."""

import pytest

from vecgate.domain.profiles import ENTITIES, KEEP, ON_REQUEST, OperatorSpec
from vecgate.policy.load import from_texts, left_aside, load
from vecgate.refusals.errors import PolicyError

GOOD = "version: 1\nrules:\n  - {name: a, who: anyone, where: anywhere, operations: [read], effect: deny}\n"


def problems_of(folder):
    with pytest.raises(PolicyError) as caught:
        load(folder)
    return [problem.replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_missing_folder_is_a_mistake(tmp_path):
    (problem,) = problems_of(tmp_path / "nowhere")
    assert problem.endswith("nowhere: No such file or directory")


def test_an_empty_folder_is_a_mistake(tmp_path):
    assert problems_of(tmp_path) == [f"{tmp_path}: there is no policy file (*.yaml) in this folder"]


@pytest.mark.parametrize("text", ["version: 1\n", "version: 1\nrules: []\n"])
def test_no_rules_at_all_is_a_mistake(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    assert problems_of(tmp_path) == ["there is no rule in any file; a gateway without rules would deny everything"]


def test_an_empty_file_is_a_mistake_even_beside_a_good_one(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text("")
    assert problems_of(tmp_path) == [
        "b.yaml:1: a policy file is a mapping that starts with 'version: 1'; this is nothing"
    ]


def test_a_profile_for_what_goes_in_must_be_there_too(tmp_path):
    rule = "{name: a, who: anyone, where: anywhere, operations: [write], effect: allow, mask: m, inputs: INPUTS}"
    text = f"version: 1\nmask_profiles: {{m: {{}}}}\nrules:\n  - {rule}\n"
    (tmp_path / "a.yaml").write_text(text.replace("INPUTS", "{payload: mask, profile: mm}"))
    assert problems_of(tmp_path) == [
        "a.yaml:4: rule 1 'a': unknown mask profile 'mm'. Known: m, unsafe-nothing. Did you mean 'm'?"
    ]
    (tmp_path / "a.yaml").write_text(text.replace("INPUTS", "{payload: maks, filter: keep}"))
    assert problems_of(tmp_path) == [
        "a.yaml:4: rule 1 'a': unknown key 'filter'. Known: payload, query, filters, embeddings, write_back, profile. Did you mean 'filters'?",
        "a.yaml:4: rule 1 'a': unknown payload 'maks'. Known: keep, mask, refuse. Did you mean 'mask'?",
    ]


def test_tests_proposals_and_hidden_files_are_not_policies(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "a.test.yaml").write_text("nonsense: [")
    (tmp_path / ".a.yaml.swp.yaml").write_text("nonsense: [")
    (tmp_path / "proposed").mkdir()
    (tmp_path / "proposed" / "b.yaml").write_text("nonsense: [")
    assert [rule.rule.name for rule in load(tmp_path).rules] == ["a"]


@pytest.mark.parametrize("name", ["b.yml", "b.YAML"])
def test_a_file_that_looks_like_a_policy_is_never_skipped_in_silence(tmp_path, name):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / name).write_text(GOOD)
    assert problems_of(tmp_path) == [f"{name}: the name of a policy file ends in '.yaml'"]


def test_a_file_that_is_not_text_is_a_mistake(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"version: 1\n# \xff\n")
    assert problems_of(tmp_path) == ["a.yaml: not UTF-8"]


def test_every_mistake_of_every_file_is_reported_at_once_with_its_line(tmp_path):
    (tmp_path / "a.yaml").write_text(
        """\
version: 1
rules:
  - name: first
    who: {groups: [analysts], group: x}
    where: {collections: ["tickets*", "[a]"]}
    operations: [raed, search]
    effect: alow
  - name: second
    who: {}
    where: anywhere
    operations: [read]
    effect: allow
  - name: third
    who: anyone
    where: anywhere
    where: anywhere
    operations: [delete]
    effect: hold
    mask: standrad
    limits: {rate: 5}
"""
    )
    (tmp_path / "b.yaml").write_text(
        """\
version: 1
mask_profiles:
  standard: {entities: {EMAL: replace}}
  unsafe-nothing: {}
rules:
  - {name: first, who: anyone, where: anywhere, operations: [read], effect: deny, mask: standard}
"""
    )
    known = "read, write, delete, schema, destroy, admin, snapshot, egress, reveal, '*', and each kind in them"
    entities = ", ".join(ENTITIES)
    assert problems_of(tmp_path) == [
        "a.yaml:4: rule 1 'first': unknown key 'group'. Known: groups, users, user, claims, agents, agent, except_groups. Did you mean 'groups'?",
        "a.yaml:5: rule 1 'first': '[a]' is not a pattern. '*' stands for any text and '?' for one character; nothing else.",
        f"a.yaml:6: rule 1 'first': unknown operation 'raed'. Known: {known}. Did you mean 'read'?",
        "a.yaml:7: rule 1 'first': unknown effect 'alow'. Known: allow, hold, deny, request. Did you mean 'allow'?",
        "a.yaml:9: rule 2 'second': 'who' is empty; to mean everybody with a valid token, say 'who: anyone'",
        "a.yaml:12: rule 2 'second': this rule needs 'mask', a mask profile; to mask nothing, say 'unsafe-nothing'",
        "a.yaml:16: duplicate key 'where', first in line 15",
        "a.yaml:18: rule 3 'third': a hold rule needs 'approvers', such as {groups: [data-owners]}",
        "a.yaml:19: rule 3 'third': unknown mask profile 'standrad'. Known: standard, unsafe-nothing. Did you mean 'standard'?",
        "a.yaml:20: rule 3 'third': '5' is not a rate. Write it like '5/s', '60/min', '1000/h' or '5000/day'.",
        f"b.yaml:3: unknown entity 'EMAL'. Known: {entities}. Did you mean 'EMAIL'?",
        "b.yaml:4: 'unsafe-nothing' is built in and cannot be defined",
        "b.yaml:6: duplicate rule 'first', first in a.yaml:3",
        "b.yaml:6: rule 1 'first': a deny rule gives no answer to mask",
    ]  # fmt: skip


def test_a_profile_defined_twice_is_a_mistake():
    text = "version: 1\nmask_profiles: {m: {}}\n"
    with pytest.raises(PolicyError) as caught:
        from_texts({"a.yaml": text, "b.yaml": text + "rules: []\n"})
    assert caught.value.problems == ["b.yaml:2: duplicate mask profile 'm', first in a.yaml:2"]


def test_a_profile_spells_out_every_entity():
    text = GOOD + "mask_profiles: {m: {default: redact, entities: {URL: keep}, fields: {'*.ssn': hash}}}\n"
    profile = from_texts({"a.yaml": text}).profile("m")
    assert set(profile.entities) == set(ENTITIES)
    assert {e for e, operator in profile.entities.items() if operator.name != "redact"} == ON_REQUEST
    assert profile.entities["ORG"] == KEEP
    assert profile.fields == {"*.ssn": OperatorSpec("hash")}


def test_a_profile_says_how_hard_to_look_and_what_is_or_is_not_personal_here():
    text = GOOD + "mask_profiles: {m: {sensitivity: high, unserved: redact, allow: [Acme], deny: {PERSON: [Bo K]}}}\n"
    profile = from_texts({"a.yaml": text}).profile("m")
    assert (profile.sensitivity, profile.unserved) == ("high", "redact")
    assert (profile.allow, dict(profile.deny)) == (("Acme",), {"PERSON": ("Bo K",)})


def test_a_bad_parameter_is_a_mistake_with_its_line():
    text = GOOD + "mask_profiles:\n  m:\n    entities:\n      DATE: {operator: date_shift, days: 3}\n"
    with pytest.raises(PolicyError) as caught:
        from_texts({"a.yaml": text})
    assert caught.value.problems == [
        "a.yaml:7: operator 'date_shift': 'days' must be a whole number from 7 to 3650",
    ]


def test_files_are_read_in_the_order_of_their_names(tmp_path):
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.yaml").write_text(GOOD.replace("name: a", f"name: {name}"))
    assert [(r.rule.name, r.place) for r in load(tmp_path).rules] == [(n, f"{tmp_path}/{n}.yaml:3") for n in "abc"]


def test_the_version_is_that_of_the_content_wherever_it_lies(tmp_path):
    def version(folder, text):
        folder.mkdir(exist_ok=True)
        (folder / "a.yaml").write_text(text)
        return load(folder).version

    first = version(tmp_path / "x", GOOD)
    assert len(first) == 12
    assert version(tmp_path / "y", GOOD) == first
    assert version(tmp_path / "y", GOOD + "# changed\n") != first


def test_a_broken_file_does_not_make_others_wrong(tmp_path):
    (tmp_path / "a.yaml").write_text("version: 1\n<<<<<<< HEAD\nmask_profiles: {standard: {}}\n")
    rule = "{name: b, who: anyone, where: anywhere, operations: [read], effect: allow, mask: standard}"
    (tmp_path / "b.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    assert problems_of(tmp_path) == [
        "a.yaml:2: an unfinished merge (<<<<<<<); keep one side, or both, and remove the marks"
    ]


def test_policies_in_folders_below_are_told(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    for name in ("more/b.yaml", "more/deep/c.yml", "more/d.txt", ".git/e.yaml", "more/.f/g.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    assert [str(p.relative_to(tmp_path)) for p in left_aside(tmp_path)] == ["more/b.yaml", "more/deep/c.yml"]
