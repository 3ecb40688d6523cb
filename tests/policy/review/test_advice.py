"""Fifty mistakes that people make in policies, and what is said of each: none goes by without a word."""

import re

import pytest

from support.fakes.policy_words import MORE
from support.tools.every import every
from vecgate.cli import main
from vecgate.policy.load import from_texts
from vecgate.policy.review.advice import Surroundings, advice

HELLO = "  - {name: hello, who: anyone, where: anywhere, operations: [health, tenant_read, auth_read], effect: allow, mask: m}"
PROFILES = "mask_profiles:\n  m: {default: replace}\n"
KNOWN = Surroundings(
    upstreams=("tickets-db", "other-db"),
    issuers=("https://login.example.com",),
    audiences=("vecgate",),
    claims=("preferred_username", "roles_here"),
)


def rule(
    name="r", who="{groups: [support]}", where='{collections: ["tickets*"]}', ops="read", effect="allow", more=None
):
    extra = MORE[effect].replace("unsafe-nothing", "m") if more is None else more
    return f"  - {{name: {name}, who: {who}, where: {where}, operations: [{ops}], effect: {effect}{extra}}}"


def policy(*rules, profiles=PROFILES, hello=HELLO):
    return "\n".join(["version: 1", profiles.rstrip("\n"), "rules:", *([hello] if hello else []), *rules, ""])


RAW = rule("raw", who="{groups: [backup]}", where="anywhere", ops="snapshot_create")
OTHER = rule("other", who="{groups: [support, hr]}", where='{collections: ["papers*"]}')
ANY = '{collections: ["*"]}'

#: (what somebody wrote, what they are told). All of it is valid, and none of it is meant.
WARNED = [
    # raw storage
    (
        policy(rule(ops="read, snapshot")),
        "'snapshot' does not cover export, snapshot_create, snapshot_list, snapshot_read here",
    ),
    (policy(rule(ops='"*"')), "'*' does not cover embedding_config, export, inference, snapshot_create"),
    (
        policy(rule(ops="read, destroy", effect="hold")),
        "'destroy' does not cover snapshot_delete, snapshot_restore here",
    ),
    (policy(rule(), RAW), "rule 'raw' lets out snapshot_create: nothing of that is masked, counted or kept to rows"),
    # rules that never decide
    (policy(rule("a"), rule("b")), "rule 'b' is never reached: it is about the same calls as 'a'"),
    (
        policy(rule("a", where=ANY), rule("b")),
        "rule 'b' is never reached: 'a' (p.yaml:6) stands before it",
    ),
    (policy(rule("a", ops="read, write"), rule("b", ops="search")), "rule 'b' is never reached: 'a'"),
    (policy(rule("a", effect="deny"), rule("b")), "deny beats allow"),
    (policy(rule("a", where="anywhere", effect="deny"), rule("b", effect="hold")), "deny beats hold"),
    (policy(rule("b"), rule("a", who="anyone", effect="deny", ops='"*"')), "rule 'b' is never reached: 'a'"),
    (policy(rule("b"), rule("a", effect="hold")), "hold beats allow"),
    (policy(rule("b"), rule("a", where='{collections: ["tick*", "q"]}', effect="hold")), "hold beats allow"),
    (policy(rule("a", who="{groups: [support, hr]}"), rule("b"), OTHER), "rule 'b' is never reached"),
    (policy(rule("a", who="{users: [ann, bob]}"), rule("b", who="{users: [bob]}")), "rule 'b' is never reached"),
    (
        policy(rule("a"), rule("b", who="{groups: [support], claims: {amr: mfa}}")),
        "rule 'b' is never reached: 'a'",
    ),
    (
        policy(rule("a", where='{collections: ["tickets-?"]}'), rule("b", where="{collections: [tickets-1]}")),
        "'b' is never",
    ),
    (
        policy(
            rule("a", ops="read", effect="deny"), rule("c", ops="write", effect="deny"), rule("b", ops="read, write")
        ),
        "rule 'b' is never reached: 'a' (p.yaml:6) denies every call that it fits, and deny beats allow, together with 'c'",
    ),
    (policy(rule("a", ops="write", effect="deny"), rule("b", ops="read, write")), "rule 'b' 'write' is never reached"),
    (
        policy(
            rule("a", where="{without_collection: true}", ops="destroy"),
            rule("b", where=ANY, ops="destroy", effect="deny"),
        ),
        "rule 'a' is never reached: 'b'",
    ),
    # a hold that catches what another rule gives
    (
        policy(OTHER, rule("break-glass", who="{groups: [hr]}", where="anywhere", effect="hold")),
        "rule 'break-glass' holds all that 'hello' (p.yaml:5), 'other' (p.yaml:6) allows to whoever both are about",
    ),
    (
        policy(rule("a"), rule("h", who="{users: [nina]}", where='{collections: ["tickets*", "x"]}', effect="hold")),
        "rule 'h' holds all that 'a'",
    ),
    # who
    (
        policy(rule(who="anyone", where="anywhere", ops='"*"')),
        "lets everybody with a valid token do this anywhere: admin",
    ),
    (
        policy(rule(who="anyone", where='{collections: ["**"]}', ops="read, delete")),
        "lets everybody with a valid token do this anywhere: delete",
    ),
    (
        policy(rule(who="anyone", where=ANY, ops="read, delete")),
        "lets everybody with a valid token do this anywhere: delete",
    ),
    (
        policy(rule(), OTHER, rule("c", who="{groups: [suport]}")),
        "group 'suport' is named 1 time(s), 'support' elsewhere",
    ),
    (policy(rule(), OTHER, rule("c", who="{groups: [Support]}")), "Did you mean 'support'?"),
    (
        policy(OTHER, rule(effect="hold", more=", mask: m, approvers: {groups: [supprot]}")),
        "rule 'r': group 'supprot'",
    ),
    (policy(rule("c", who="{groups: [contractors]}", effect="deny")), "group 'contractors' is named by no other rule"),
    (
        policy(rule("c", who="{except_groups: [personnel]}", effect="deny")),
        "group 'personnel' is named by no other rule",
    ),
    (policy(rule(who="{groups: [support], claims: {emial: a}}")), "claim 'emial': Did you mean 'email'?"),
    (policy(rule(who="{claims: {roles_her: a}}")), "Did you mean 'roles_here'?"),
    (policy(rule(who='{claims: {email_verified: "true"}}')), "claim 'email_verified' is true or false in a token"),
    (policy(rule(who="{claims: {scope: write}}")), "claim 'scope' is one text with all scopes in it"),
    (policy(rule(who='{claims: {permissions: "tickets:*"}}')), "the '*' in its value stands for itself"),
    (policy(rule(who='{claims: {iss: "https://login.example.org"}}')), "Did you mean 'https://login.example.com'?"),
    (policy(rule(who="{claims: {aud: vecgat}}")), "no audience of the settings is 'vecgat'"),
    (
        policy(rule(effect="hold", more=", mask: m, approvers: {groups: [support], count: 2}")),
        "2 others of the caller's own group must agree",
    ),
    (
        policy(rule(effect="hold", more=", mask: m, approvers: {stages: [{groups: [hr]}, {owners: true}]}")),
        "stage 2 asks the owners of a collection, and 'collections' names none; nobody can answer it",
    ),
    (
        policy(rule(who="{users: [ann]}", effect="hold", more=", mask: m, approvers: {stages: [{users: [ann]}]}")),
        "stage 1 asks nobody but ann, whom the rule is about; nobody can answer it",
    ),
    (
        policy(rule(effect="hold", more=", mask: m, approvers: {groups: [hr], issuer: https://login.exmaple.com}")),
        "no issuer of the settings is 'https://login.exmaple.com', so no approver can log in there; they have "
        "https://login.example.com. Did you mean 'https://login.example.com'?",
    ),
    (
        policy(
            rule(
                effect="hold",
                more=", mask: m, approvers: {groups: [hr], issuer: [https://login.example.com, https://other]}",
            )
        ),
        "no issuer of the settings is 'https://other'",
    ),
    # where
    (policy(rule(where='{upstreams: ["ticket-db"]}')), "no database is called 'ticket-db'; the settings know"),
    (policy(rule(where='{upstreams: ["tickets-db", "qdrant-*"]}')), "no database is called 'qdrant-*'"),
    (
        policy(rule(where='{collections: ["tick.*"]}')),
        "'tick.*' wants a dot in the name; write 'tick*' if none is meant",
    ),
    # covered only by several together
    (
        policy(
            rule("a", who="{groups: [support]}"),
            rule("c", who="{groups: [hr]}"),
            rule("b", who="{groups: [hr, support]}"),
        ),
        "rule 'b' is never reached: 'c' (p.yaml:7) stands before it and fits every call that it fits; move the narrower one up, or remove it, together with 'a' (p.yaml:6)",
    ),
    (
        policy(
            rule("a", where='{collections: ["tickets*"]}', effect="deny"),
            rule("c", where='{collections: ["papers*"]}', effect="deny"),
            rule("b", where="{collections: [tickets, papers]}"),
        ),
        "rule 'b' is never reached: 'a' (p.yaml:6) denies every call that it fits",
    ),
    # masks
    (policy(rule(more=", mask: unsafe-nothing"), OTHER), "rule 'r' masks nothing"),
    (
        policy(OTHER, profiles="mask_profiles:\n  m: {}\n  spare: {}\n"),
        "p.yaml:4: mask profile 'spare' is used by no rule",
    ),
    (policy(OTHER, profiles="mask_profiles:\n  m: {default: keep, entities: {EMAIL: replace}}\n"), "'default: keep'"),
    (policy(OTHER, profiles="mask_profiles:\n  m: {default: keep}\n"), "mask profile 'm' masks nothing"),
    (policy(OTHER, profiles="mask_profiles:\n  m: {fields: {email: redact}}\n"), "write '*.email'"),
    # clients that cannot start
    (
        policy(rule(), hello=""),
        "clients of those whom 'r' is about cannot start: nothing allows them auth_read and tenant_read",
    ),
    (
        policy(rule(), hello=HELLO.replace("who: anyone", "who: {groups: [hr]}")),
        "clients of those whom 'r' is about cannot start",
    ),
    (policy(rule(), hello=HELLO.replace(", auth_read", "")), "nothing allows them auth_read without a collection"),
    (policy(rule(), rule("h", ops="tenant_read, auth_read"), hello=""), "cannot start"),
]


@every(("text", "said"), WARNED, ids=range(len(WARNED)))
def test_what_is_probably_not_meant_is_told_with_its_place(text, said):
    warnings = advice(from_texts({"p.yaml": text}), KNOWN)
    assert any(said in warning for warning in warnings), warnings
    assert all(re.match(r"p\.yaml:\d+: ", warning) for warning in warnings)


def test_approvers_who_log_in_where_the_settings_say_are_no_mistake():
    said = ", mask: m, approvers: {groups: [hr], issuer: https://login.example.com}"
    text = policy(rule(effect="hold", more=said))
    for around in (KNOWN, Surroundings()):
        assert not [one for one in advice(from_texts({"p.yaml": text}), around) if "issuer" in one]


#: (what somebody wrote, what they are told): mistakes, with which nothing is loaded.
REFUSED = [
    (policy(rule(who='{users: ["svc-*"]}', effect="deny")), "'svc-*' is compared exactly here"),
    (policy(rule(who='{groups: ["support*"]}')), "'support*' is compared exactly here"),
    (policy(rule(who='{except_groups: ["hr*"]}', effect="deny")), "'hr*' is compared exactly here"),
    (policy(rule(who='{groups: ["^support$"]}')), "'^support$' is compared exactly here"),
    (policy(rule(who='{groups: ["support|hr"]}')), "'support|hr' is compared exactly here"),
    (policy(rule(who='{groups: [" support"]}')), "has spaces around it"),
    (policy(rule(who='{groups: ["sup\u200bport"]}')), "a character that nobody sees"),
    (policy(rule(effect="hold", more=', mask: m, approvers: {groups: ["lead*"]}')), "'lead*' is compared exactly here"),
    (policy(rule(who='{claims: {azp: "web-*"}}')), "'web-*' is compared exactly here"),
    (policy(rule(who='{claims: {azp: "*"}}')), "'*' is compared exactly here"),
    (policy(rule(who='{claims: {azp: ["a", "b.+"]}}')), "'b.+' is compared exactly here"),
    (policy(rule(who='{claims: {"realm_access.roles[0]": a}}')), "'realm_access.roles[0]' can be no claim"),
    (policy(rule(who='{claims: {"$.roles": a}}')), "'$.roles' can be no claim"),
    (policy(rule(who='{claims: {"realm_access..roles": a}}')), "can be no claim"),
    (policy(rule(who='{claims: {"email.domain": a}}')), "'email.domain' can be no claim"),
    (policy(rule(who='{claims: {"role*": a}}')), "'role*' can be no claim"),
    (policy(rule(who="{claims: {act: {sub: agent}}}")), "is written with dots, such as 'act.sub: agent'"),
    (policy(rule(who="{claims: {realm_access: support}}")), "name one of them, such as realm_access.roles"),
    (policy(rule(who='{claims: {"realm_access/roles": support}}')), "'realm_access/roles' can be no claim"),
    (policy(rule(who='{users: ["svc-?"]}')), "'svc-?' is compared exactly here"),
    (policy(rule(where='{collections: ["^tick.*$"]}')), "'^tick.*$' looks like a regular expression, and is none"),
    (policy(rule(where='{collections: ["tickets|papers"]}')), "looks like a regular expression"),
    (policy(rule(where='{tenants: ["nor.+"]}')), "looks like a regular expression"),
    (policy(rule(where='{collections: ["tickets* "]}')), "has spaces around it"),
    (policy(OTHER).replace("version: 1", "version: 1.0"), "1: 'version' must be 1; this is a number with a point"),
    (policy(OTHER).replace("version: 1", "version: true"), "1: 'version' must be 1; this is true/false"),
    (policy(rule(where="{without_collection: 1}")), "'without_collection' must be true; this is a whole number"),
    (policy(OTHER).replace("  - {name: o", "\t- {name: o"), "not YAML: a tab at the start of the line"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_can_never_match_is_a_mistake_with_its_line(text, said, tmp_path, capsys):
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    assert main(["policy", "check", str(tmp_path)]) == 1
    errors = capsys.readouterr().err
    assert said in errors
    assert re.search(r"p\.yaml:\d+: ", errors)


#: What is meant, and looks like one of the mistakes.
FINE = [
    # a call on both collections at once is allowed by 'b' alone
    policy(
        rule("a", where="{collections: [x]}"),
        rule("c", where="{collections: [y]}"),
        rule("b", where="{collections: [x, y]}"),
    ),
    policy(rule(who='{claims: {iss: "https://login.example.com"}}')),
    policy(OTHER),
    policy(OTHER, hello=HELLO.replace("where: anywhere", "where: {without_collection: true}")),
    policy(rule("a"), rule("b", where='{collections: ["t*"]}'), OTHER),  # a narrow one before a broad one
    policy(
        rule("a", where=ANY, ops="read, write, delete_ids"), rule("h", where=ANY, ops="delete_filter", effect="hold")
    ),
    policy(rule("a", where=ANY), rule("h", where='{collections: ["hr-*"]}', effect="hold")),  # an exception
    policy(rule("a", where=ANY), rule("d", who="anyone", where='{collections: ["hr-*"]}', effect="deny", ops='"*"')),
    policy(rule("a", who="{groups: [team-a]}"), rule("b", who="{groups: [team-b]}")),
    policy(rule("a", who="{groups: [north-1]}"), rule("b", who="{groups: [north-2]}")),
    policy(rule("a", who="{groups: [support]}"), rule("b", who="{groups: [support-leads]}")),
    policy(rule(who="{groups: [support], claims: {amr: mfa}}")),
    policy(rule(who='{claims: {"realm_access.roles": support}}')),
    policy(rule(who='{claims: {"https://example.com/roles": support}}')),
    policy(rule(where='{collections: ["tickets.*"]}'), rule("b", where='{collections: ["papers.old"]}')),
    policy(rule(where="{tenants: [north], collections: [x]}"), rule("b", where="{tenants: [south], collections: [x]}")),
    policy(rule("a", where="{without_collection: true}"), rule("b", where=ANY)),
    policy(OTHER, rule("b", ops="unmask", where="{upstreams: [tickets-db]}")),
]


@pytest.mark.parametrize("text", FINE, ids=range(len(FINE)))
def test_what_is_meant_goes_by_in_silence(text):
    assert advice(from_texts({"p.yaml": text}), KNOWN) == []


def test_there_are_fifty_mistakes_here():
    assert len(WARNED) + len(REFUSED) >= 50
