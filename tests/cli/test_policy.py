"""`vecgate policy`, as one types it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from vecgate.cli import main
from vecgate.settings.file import ENVIRONMENT_NAME

SHIPPED = Path(__file__).parents[2] / "policies"
BASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"
UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def claims(tmp_path):
    def make(**values):
        (tmp_path / "claims.json").write_text(json.dumps(values))
        return str(tmp_path / "claims.json")

    return make


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A settings file with two databases, whose issuer has its own claim names."""
    database = {"dialect": "chroma", "url": "https://10.0.0.1:8000", "credential": {"role": "r", "gateway_role": "g"}}
    tree = {
        "issuers": [{"issuer": "https://login", "audience": "a", "user_claim": "email", "groups_claim": "roles"}],
        "upstreams": {
            "tickets-db": {**database, "hosts": ["tickets.example"]},
            "other-db": {**database, "hosts": ["other.example"]},
        },
        "policies": str(SHIPPED),
        "vault": {"url": "https://v", "role_id_file": "r", "secret_id_file": "s", "vouch": {"key_file": "k"}},
        "state": {"url": "unix:///s"},
        "recording": {"folder": "j"},
        "listen": {"certificate_folder": "c"},
        "masking": {"key": "marks"},
    }
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(tree))
    monkeypatch.setenv(ENVIRONMENT_NAME, str(tmp_path / "settings.yaml"))


def policy(*words):
    return main(["policy", *map(str, words)])


# check


def test_check_tells_who_is_on_call_by_a_name_that_no_file_tells(settings, tmp_path, monkeypatch, capsys):
    tree = yaml.safe_load((tmp_path / "settings.yaml").read_text())
    tree["approvals"] = {"on_call": {"night": {"file": str(tmp_path / "night.json")}, "day": {"file": "none.json"}}}
    tree["approvals"]["on_call"]["pager"] = {"secret_file": "not-for-who-checks"}
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(tree))
    (tmp_path / "night.json").write_text(json.dumps({"at": datetime.now(UTC).isoformat(), "people": ["dora"]}))
    (tmp_path / "night.json").chmod(0o600)
    (tmp_path / "mine").mkdir()
    stages = "[{on_call: [night, pager, nihgt], fallback: {groups: [g]}}, {on_call: [day], fallback: {groups: [g]}}]"
    rule = f"{{name: r, who: {{groups: [a]}}, where: anywhere, operations: [delete], effect: hold, mask: m, approvers: {{stages: {stages}}}}}"
    text = f"version: 1\nmask_profiles: {{m: {{default: replace}}}}\nrules:\n  - {rule}\n"
    (tmp_path / "mine" / "p.yaml").write_text(text)
    assert policy("check", tmp_path / "mine") == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "on call" in line]
    assert len(told) == 2
    assert "by the name 'nihgt', which nothing tells; 'approvals.on_call' of the settings has day, night" in told[
        0
    ] or ("has night, day" in told[0])
    assert "by the name 'day'; its file names nobody now" in told[1]
    assert policy("check", tmp_path / "mine", "--strict") == 1


def test_a_folder_that_is_not_there_fails(capsys):
    assert policy("check") == 1
    assert capsys.readouterr().err == "vecgate: invalid configuration:\n  policies: No such file or directory\n"


def test_check_counts_what_is_valid(capsys):
    assert policy("check", SHIPPED) == 0
    assert capsys.readouterr().out.startswith("ok: 14 rules, 3 mask profiles, version ")


def test_check_takes_the_folder_of_the_settings(settings, capsys):
    assert policy("check") == 0
    assert capsys.readouterr().out.startswith("ok: 14 rules")


def test_check_warns_about_rules_that_mask_nothing(tmp_path, capsys):
    rule = "{name: r, who: anyone, where: anywhere, operations: [read], effect: allow, mask: unsafe-nothing}"
    (tmp_path / "a.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    assert policy("check", tmp_path) == 0
    assert "rule 'r' masks nothing" in capsys.readouterr().err


def test_check_tells_every_mistake(tmp_path, capsys):
    rule = "{name: r, who: anyone, where: anywhere, operations: [raed], effect: alow}"
    (tmp_path / "a.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    assert policy("check", tmp_path) == 1
    said = capsys.readouterr().err
    assert f"{tmp_path}/a.yaml:2: rule 1 'r': unknown operation 'raed'" in said
    assert f"{tmp_path}/a.yaml:2: rule 1 'r': unknown effect 'alow'" in said


STORING = """
version: 1
mask_profiles: {stored: {entities: {PERSON: OPERATOR}}}
rules:
  - name: writes
    who: {groups: [writers]}
    where: anywhere
    operations: [write]
    effect: EFFECT
    mask: unsafe-nothing
    inputs: {payload: mask, profile: stored}
"""


@pytest.mark.parametrize(
    ("operator", "key", "code"),
    [("pseudonym", None, 1), ("hash", None, 1), ("token", None, 1), ("replace", None, 0), ("pseudonym", "marks", 0)],
)
def test_check_knows_from_the_settings_whether_what_is_stored_can_be_found(
    settings, tmp_path, capsys, operator, key, code
):
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"masking": {"key": key} if key else {}}))
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(STORING.replace("OPERATOR", operator).replace("EFFECT", "allow"))
    assert policy("check", tmp_path / "rules") == code
    said = "a.yaml:5: rule 'writes' stores marks of 'stored'; set masking.key"
    assert (said in capsys.readouterr().err) is bool(code)


def test_check_knows_from_the_settings_where_approvers_can_log_in(settings, tmp_path, capsys):
    (tmp_path / "rules").mkdir()
    asking = STORING.replace("OPERATOR", "replace").replace("EFFECT", "hold")
    asking += "    approvers: {groups: [owners], issuer: https://logni}\n"
    (tmp_path / "rules" / "a.yaml").write_text(asking)
    assert policy("check", tmp_path / "rules") == 0
    said = "no issuer of the settings is 'https://logni', so no approver can log in there"
    assert said in capsys.readouterr().err
    assert policy("check", "--strict", tmp_path / "rules") == 1


ROWED = """version: 1
rules:
  - name: own-rows
    who: {groups: [staff]}
    where: {collections: ["tickets*"]}
    operations: ["*"]
    effect: allow
    mask: unsafe-nothing
    rows: [{field: dept, equals: "{claims.dept}"}]
"""


@pytest.mark.parametrize("told", [False, True])
def test_check_knows_which_operations_a_database_cannot_keep_to_rows(told, request, tmp_path, capsys):
    if told:
        request.getfixturevalue("settings")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(ROWED)
    assert policy("check", tmp_path / "rules") == 0
    said = capsys.readouterr().err
    assert "cannot be kept to rows in chroma, and are refused (rows.unscopable)" in said
    assert "collection_alter" in said


# test


def test_the_shipped_tests_pass(capsys):
    assert policy("test", SHIPPED) == 0
    said = capsys.readouterr()
    assert re.fullmatch(r"(\d+) of \1 cases passed\n", said.out)
    assert said.err == ""


def test_a_failing_case_is_told_with_its_place(tmp_path, capsys):
    rule = "{name: r, who: anyone, where: anywhere, operations: [read], effect: deny}"
    (tmp_path / "a.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    case = "{name: reads, as: x, operation: search, expect: {effect: allow}}"
    (tmp_path / "a.test.yaml").write_text(f"version: 1\nprincipals: {{x: {{user: x}}}}\ncases:\n  - {case}\n")
    assert policy("test", tmp_path) == 1
    assert capsys.readouterr().out == (
        f"FAILED {tmp_path}/a.test.yaml:4: reads\n  effect: got 'deny', expected 'allow'\n0 of 1 cases passed\n"
    )


def test_an_unknown_dialect_fails(capsys):
    assert policy("test", SHIPPED, "--dialect", "oracle") == 1
    assert "unknown dialect 'oracle'" in capsys.readouterr().err


# explain


def explain(claims_file, method, url, *more):
    return policy("explain", "--as", claims_file, method, url, "--folder", SHIPPED, *more)


def test_explain_tells_the_deciding_rule_and_why_not_the_others(claims, capsys):
    assert explain(claims(sub="alice", groups=["analysts"]), "GET", f"{BASE}/tickets") == 0
    said = capsys.readouterr().out
    assert "operation: collection_read (get_collection) on tickets" in said
    assert "decision:  allow by rule 'analysts-read-tickets' (policy.allowed; mask: standard; max_results: 50" in said
    assert "-> allow analysts-read-tickets" in said
    assert "ok allow everyone-handshake" in said
    assert "groups: wants data-owners" in said


def test_explain_reads_a_body_and_says_who_must_approve(claims, tmp_path, capsys):
    body = tmp_path / "body.json"
    body.write_text('{"where": {"status": "closed"}}')
    url = f"https://tickets.example{BASE}/{UUID}/delete"
    code = explain(claims(sub="alice", groups=["analysts"]), "POST", url, "--body", body, "--collection", "tickets")
    assert code == 1
    assert (
        "hold by rule 'analysts-ask-before-bulk-deletes' (policy.held; mask: standard; approvers: data-owners)"
        in capsys.readouterr().out
    )


def test_explain_says_where_a_request_asks_for_what_is_masked(claims, tmp_path, capsys):
    body, who = tmp_path / "body.json", claims(sub="alice", groups=["analysts"])
    ask = "POST", f"{BASE}/{UUID}/get", "--body", body, "--collection", "tickets"
    body.write_text('{"where": {"$and": [{"status": "open"}, {"ssn": "x"}]}}')
    assert explain(who, *ask) == 1
    said = capsys.readouterr().out
    assert "decision:  allow by rule 'analysts-read-tickets'" in said
    assert "but it is refused: oracle.field: At /where/$and/1/ssn the request names 'ssn'" in said
    body.write_text('{"where": {"status": "open"}}')
    assert explain(who, *ask) == 0
    assert "refused" not in capsys.readouterr().out


def test_explain_says_what_becomes_of_what_goes_in(claims, capsys):
    who = claims(sub="sam", groups=["crm-support"])
    assert explain(who, "GET", f"{BASE}/{UUID}/count", "--collection", "crm-notes") == 0
    assert "inputs: query mask, filters translate, profile crm-stored" in capsys.readouterr().out


def test_explain_says_when_no_rule_allows_it(claims, capsys):
    assert explain(claims(sub="eve"), "POST", f"{BASE}/{UUID}/add", "--collection", "x") == 1  # no body: refused unread
    assert "refused before any rule is asked: body.unreadable" in capsys.readouterr().out
    assert explain(claims(sub="eve"), "GET", f"{BASE}/{UUID}/count", "--collection", "x") == 1
    said = capsys.readouterr().out
    assert "decision:  deny because no rule allows it (policy.no_rule)" in said
    assert "->" not in said


def test_explain_says_what_a_call_does_besides_and_what_is_decided_on_that(claims, tmp_path, capsys):
    body = tmp_path / "body.json"
    body.write_text('{"query": {"text": "hi", "model": "openai/x"}}')
    (tmp_path / "p").mkdir()
    rule = "{name: all, who: anyone, where: anywhere, operations: ['*'], effect: allow, mask: unsafe-nothing}"
    (tmp_path / "p" / "p.yaml").write_text(f"version: 1\nrules:\n  - {rule}\n")
    asked = (
        "POST",
        "/collections/people/points/query",
        "--body",
        body,
        "--dialect",
        "qdrant",
        "--folder",
        tmp_path / "p",
    )
    assert policy("explain", "--as", claims(sub="eve"), *asked) == 1
    said = capsys.readouterr().out
    assert "decision:  deny because no rule allows it (policy.no_rule)\n-> allow all" in said
    part = said.partition("besides:   inference on people\n")[2]
    assert part.startswith("decision:  deny because no rule allows it (policy.no_rule)\n   allow all")
    assert "operations: wants *" in part


def test_explain_asks_for_the_name_behind_an_id(claims, capsys):
    assert explain(claims(sub="alice"), "GET", f"{BASE}/{UUID}/count") == 1
    assert f"which collection {UUID} is; say its name with --collection" in capsys.readouterr().err


def test_explain_uses_the_claim_names_and_databases_of_the_settings(settings, claims, capsys):
    who = claims(iss="https://login", sub="7", email="alice@example.org", roles=["analysts"])
    assert policy("explain", "--as", who, "GET", f"https://tickets.example{BASE}/tickets") == 0
    said = capsys.readouterr().out
    assert "caller:    alice@example.org, groups analysts" in said
    assert "upstream:  tickets-db" in said


def test_explain_takes_other_claim_names(claims, capsys):
    who = claims(sub="7", login="alice", teams=["analysts"])
    assert (
        explain(who, "GET", f"{BASE}/tickets", "--user-claim", "login", "--groups-claim", "teams", "--upstream", "u")
        == 0
    )
    assert "caller:    alice, groups analysts" in capsys.readouterr().out


def test_explain_asks_which_database_where_rules_depend_on_it(claims, tmp_path, capsys):
    rule = "{name: r, who: anyone, where: {upstreams: [a]}, operations: [read], effect: allow, mask: unsafe-nothing}"
    (tmp_path / "a.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    words = ("explain", "--folder", tmp_path, "--as", claims(sub="x"), "GET", "/api/v2/heartbeat")
    assert policy(*words) == 1
    assert "say which with --upstream" in capsys.readouterr().err
    assert policy(*words, "--upstream", "a") == 0
    assert policy(*words, "--upstream", "b") == 1


BAD_CLAIMS = [
    ("", "not JSON"),
    ("[]", "claims are a JSON object"),
    ('{"sub": "a", "sub": "b"}', "duplicate key"),
    ("{}", "the claim 'sub' must name the user"),
    ('{"sub": 7}', "the claim 'sub' must name the user"),
    ('{"sub": "a", "groups": "analysts"}', "the claim 'groups' must be a list of texts"),
]


@pytest.mark.parametrize(("text", "said"), BAD_CLAIMS)
def test_claims_that_name_nobody_are_a_mistake(tmp_path, capsys, text, said):
    (tmp_path / "c.json").write_text(text)
    assert explain(tmp_path / "c.json", "GET", "/api/v2/heartbeat") == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_a_mistake(claims, tmp_path, capsys):
    assert explain(tmp_path / "none.json", "GET", "/api/v2/heartbeat") == 1
    assert explain(claims(sub="a"), "GET", "/api/v2/heartbeat", "--body", tmp_path / "none") == 1
    assert capsys.readouterr().err.count("No such file or directory") == 2


# schema


def test_schema_prints_what_is_committed(capsys):
    assert policy("schema") == 0
    assert capsys.readouterr().out == (SHIPPED / "schema.json").read_text("utf-8")


def test_schema_writes_both_files(tmp_path):
    readme = (SHIPPED / "README.md").read_text("utf-8")
    (tmp_path / "README.md").write_text(readme.replace("Why the rule is there.", "STALE"))
    assert policy("schema", "--write", tmp_path) == 0
    assert (tmp_path / "README.md").read_text("utf-8") == readme
    assert (tmp_path / "schema.json").read_text("utf-8") == (SHIPPED / "schema.json").read_text("utf-8")


@pytest.mark.parametrize("words", [[], ["nonsense"], ["explain"], ["explain", "GET", "/"], ["check", "a", "b"]])
def test_misuse_has_its_own_exit_code(words):
    assert policy(*words) == 2


# warnings


def test_warnings_are_mistakes_only_where_one_says_so(tmp_path, capsys):
    rule = "{name: r, who: {groups: [g]}, where: anywhere, operations: [read], effect: allow, mask: unsafe-nothing}"
    (tmp_path / "a.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    assert policy("check", tmp_path) == 0
    assert policy("check", tmp_path, "--strict") == 1
    assert "1 warning, which --strict takes for mistakes" in capsys.readouterr().err
    assert policy("check", SHIPPED, "--strict") == 0


def test_check_knows_the_settings_and_the_tests(settings, tmp_path, capsys):
    folder = tmp_path / "p"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "b.yaml").write_text("x")
    where = '{collections: ["*"], upstreams: [ticket-db]}'
    rules = [
        f"{{name: a, who: {{groups: [staf]}}, where: {where}, operations: [read], effect: allow, mask: unsafe-nothing}}",
        "{name: d, who: {groups: [guests]}, where: anywhere, operations: [write], effect: deny}",
    ]
    (folder / "a.yaml").write_text("version: 1\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules))
    case = "{name: c, as: x, operation: search, expect: {effect: deny}}"
    people = "{x: {user: x, groups: [staff, guests]}}"
    (folder / "a.test.yaml").write_text(f"version: 1\nprincipals: {people}\ncases:\n  - {case}\n")
    assert policy("check", folder) == 0
    said = capsys.readouterr().err
    assert f"{folder}/a.yaml:3: rule 'a': no database is called 'ticket-db'" in said
    assert "group 'staf' is named 1 time(s), 'staff' elsewhere" in said
    assert "old/b.yaml:1: this file is in a folder of the policies, and is not read" in said
    assert "guests" not in said


# explain and who


def test_explain_takes_a_kind_of_operation_in_place_of_a_request(claims, capsys):
    who = claims(sub="alice", groups=["analysts"])
    words = ("explain", "--as", who, "--folder", SHIPPED)
    assert policy(*words, "--operation", "search", "--collection", "tickets") == 0
    assert "allow by rule 'analysts-read-tickets'" in capsys.readouterr().out
    assert policy(*words, "--operation", "delete_filter", "--collection", "tickets") == 1
    assert "hold by rule 'analysts-ask-before-bulk-deletes'" in capsys.readouterr().out
    assert policy(*words, "--operation", "serch") == 1
    assert "Did you mean 'search'?" in capsys.readouterr().err
    for both_or_none in ((), ("GET",), ("GET", "/api/v2/heartbeat", "--operation", "search")):
        assert policy(*words, *both_or_none) == 1
        assert "either METHOD and URL, or --operation KIND" in capsys.readouterr().err


def test_explain_asks_for_the_body_and_shows_a_rate_as_it_is_written(claims, tmp_path, capsys):
    who = claims(sub="alice", groups=["analysts"])
    assert explain(who, "POST", f"{BASE}/{UUID}/query", "--collection", "tickets") == 1
    assert "needs a body; name a file with it: --body FILE" in capsys.readouterr().out
    rule = "{name: r, who: anyone, where: anywhere, operations: [read], effect: allow, mask: unsafe-nothing, limits: {rate: 500/day}}"
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.yaml").write_text(f"version: 1\nrules: [{rule}]\n")
    policy("explain", "--as", who, "--folder", tmp_path / "p", "--operation", "search")
    assert "rate: 500/day" in capsys.readouterr().out


def test_who_lists_who_can_holds_included(capsys):
    assert policy("who", "--operation", "delete", "--collection", "tickets", "--folder", SHIPPED) == 0
    said = capsys.readouterr().out
    assert "delete_ids on tickets:\n  allow groups data-owners" in said
    assert "hold  groups analysts, by 'analysts-ask-before-bulk-deletes'" in said
    assert policy("who", "--operation", "snapshot", "--folder", SHIPPED) == 1
    assert policy("who", "--operation", "unmask", "--folder", SHIPPED) == 1
    assert "unmask on any collection: nobody, as no rule is about it" in capsys.readouterr().out
    assert policy("who", "--operation", "delet", "--folder", SHIPPED) == 1
    assert "Did you mean 'delete'?" in capsys.readouterr().err


def test_in_mode_observe_it_is_told_that_a_no_is_only_noted(settings, tmp_path, capsys):
    tree = yaml.safe_load((tmp_path / "settings.yaml").read_text())
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(tree | {"mode": "observe", "observing": {"mask": "m"}}))
    (tmp_path / "mine").mkdir()
    rule = "{name: shut, who: {groups: [a]}, where: anywhere, operations: [search], effect: deny}"
    (tmp_path / "mine" / "p.yaml").write_text(
        f"version: 1\nmask_profiles: {{m: {{default: replace}}}}\nrules:\n  - {rule}\n"
    )
    for words in (["who-can", "search"], ["what-can", "ann", "--group", "a"]):
        assert policy(*words, "--folder", tmp_path / "mine") == 0
        said = capsys.readouterr().out
        assert said.startswith("MODE OBSERVE: ")
        assert "what no rule lets one do passes, shown with 'm'" in said
        assert "by 'shut'" in said
        assert "only observed: that is noted, and passes" in said
