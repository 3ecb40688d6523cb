"""May they? From no rules, over every pair of effects, to a decision that names its rule."""

import itertools
from dataclasses import replace

import pytest

from support.fakes.policy_words import asks, caller, policies, rule
from support.tools.every import every
from vecgate.domain.decision import AS_IT_CAME, Approvers, Decision, Effect, Inputs, Rate
from vecgate.domain.kinds import BY_NAME, OPERATION_KINDS, UNMASK
from vecgate.domain.profiles import UNSAFE_NOTHING
from vecgate.policy.load import from_texts
from vecgate.policy.rules.both import APART
from vecgate.policy.rules.evaluate import BARE, NO_RULE, PolicySet
from vecgate.refusals.errors import MaskFailed

NO = Decision(Effect.DENY, rule="", reason="policy.no_rule", policy_version="v")


def decide(rules, principal=None, operation=None, upstream="db"):
    return policies(*rules).evaluate(principal or caller(), operation or asks("search", "tickets"), upstream)


def test_no_rules_decide_no():
    assert PolicySet("v", (), {}).evaluate(caller(), asks(), "db") == NO


def test_a_rule_about_something_else_decides_no():
    decision = decide([rule("other", operations="write")])
    assert (decision.effect, decision.rule, decision.reason, decision.mask) == (Effect.DENY, "", "policy.no_rule", None)


@pytest.mark.parametrize("effect", ["allow", "hold", "deny"])
def test_an_unknown_kind_of_operation_is_denied_whatever_the_rules_say(effect):
    decision = decide([rule("all", effect, operations='"*"')], operation=asks("brand_new_kind", "tickets"))
    assert (decision.effect, decision.rule) == (Effect.DENY, "")


@every("kind", [kind for kind in OPERATION_KINDS if kind not in {UNMASK, *BY_NAME}])
def test_a_star_and_the_group_of_a_kind_cover_every_known_kind(kind):
    group = OPERATION_KINDS[kind]
    assert decide([rule("all", operations='"*"')], operation=asks(kind)).rule == "all"
    assert decide([rule("group", operations=group)], operation=asks(kind)).rule == "group"


@every("kind", sorted(BY_NAME))
@every(
    ("effect", "words", "about"),
    [
        ("allow", '"*"', False),
        ("allow", "{group}", False),
        ("allow", '"*", {group}', False),
        ("allow", "{kind}", True),
        ("allow", '"*", {kind}', True),
        ("hold", '"*"', False),
        ("hold", "{group}", False),
        ("hold", "{kind}", True),
        ("deny", '"*"', True),
        ("deny", "{group}", True),
        ("deny", "{kind}", True),
    ],
)
def test_raw_storage_is_allowed_and_held_by_its_own_name_alone(kind, effect, words, about):
    operations = words.format(kind=kind, group=OPERATION_KINDS[kind])
    decision = decide([rule("r", effect, operations=operations)], operation=asks(kind))
    assert (decision.rule == "r") is about
    assert decision.effect is (Effect(effect) if about else Effect.DENY)


UNMASKS = [
    # effect, where, operations, and whether such a rule is about opening tokens
    ("allow", "anywhere", '"*"', False),
    ("allow", "anywhere", "unmask", True),
    ("allow", "anywhere", "reveal", True),
    ("allow", "anywhere", '"*", unmask', True),
    ("hold", "anywhere", '"*"', True),
    ("deny", "anywhere", '"*"', True),
    ("deny", "{upstreams: [db]}", '"*"', True),
    ("deny", '{collections: ["hr-*"]}', '"*"', False),
    ("deny", "anywhere", "read", False),
]


@pytest.mark.parametrize(("effect", "where", "operations", "about"), UNMASKS)
def test_a_star_forbids_opening_tokens_but_never_allows_it(effect, where, operations, about):
    decision = decide([rule("r", effect, where=where, operations=operations)], operation=asks(UNMASK))
    assert (decision.rule == "r") is about


# every order of every set of effects, and which wins
MATRIX = [
    (effects, "deny" if "deny" in effects else "hold" if "hold" in effects else "allow")
    for n in (1, 2, 3)
    for effects in itertools.permutations(["allow", "hold", "deny"], n)
]


@pytest.mark.parametrize(("effects", "winner"), MATRIX)
def test_deny_wins_over_hold_over_allow_in_any_order(effects, winner):
    decision = decide([rule(f"r-{effect}", effect) for effect in effects])
    assert (decision.effect.value, decision.rule) == (winner, f"r-{winner}")


@pytest.mark.parametrize(("effects", "winner"), MATRIX)
def test_the_index_changes_nothing_about_who_wins(effects, winner):
    ways = [
        ("{groups: [g]}", "anywhere"),
        ("{users: [alice]}", "{collections: [tickets]}"),
        ("anyone", '{collections: ["t*"]}'),
    ]
    for shuffled in itertools.permutations(ways):
        rules = [rule(f"r-{e}", e, who, where) for e, (who, where) in zip(effects, shuffled, strict=False)]
        assert decide(rules, caller("alice", "g")).rule == f"r-{winner}"


@pytest.mark.parametrize("effect", ["allow", "hold", "deny"])
def test_among_equals_the_first_decides(effect):
    assert decide([rule("second-best", effect, who="{users: [bob]}"), rule("a", effect), rule("b", effect)]).rule == "a"


def test_the_first_file_by_name_comes_first():
    texts = {name: f"version: 1\nrules:\n{rule(name[0])}" for name in ("a.yaml", "b.yaml")}
    assert from_texts(texts).evaluate(caller(), asks(), "db").rule == "a"


def test_a_group_a_user_and_a_claim_find_their_rules():
    rules = [
        rule("by-group", who="{groups: [g, h]}"),
        rule("by-user", who="{users: [bob]}"),
        rule("by-claim", who="{claims: {amr: mfa}}"),
        rule("by-both", who="{users: [carol], groups: [k]}"),
    ]
    who = [
        caller("x", "h"),
        caller("bob"),
        caller("y", amr="mfa"),
        caller("carol", "k"),
        caller("carol"),
        caller("z", "k"),
    ]
    assert [decide(rules, principal).rule for principal in who] == [
        "by-group",
        "by-user",
        "by-claim",
        "by-both",
        "",
        "",
    ]


def test_a_call_about_every_collection_meets_deny_rules_for_exactly_named_ones():
    rules = [rule("all", operations='"*"'), rule("not-hr", "deny", where="{collections: [hr]}", operations='"*"')]
    assert decide(rules, operation=asks("collection_drop")).rule == "not-hr"
    assert decide(rules, operation=asks("collection_read")).rule == "all"
    assert decide(rules, operation=asks("search", "tickets", "hr")).rule == "not-hr"


def test_an_allowed_collection_does_not_carry_another_one_along():
    rules = [rule("one", where="{collections: [a]}"), rule("other", where="{collections: [b]}")]
    assert decide(rules, operation=asks("search", "a")).rule == "one"
    assert decide(rules, operation=asks("search", "a", "b")).effect is Effect.DENY


def test_a_decision_carries_everything_its_rule_says_and_nothing_of_others():
    text = """\
version: 1
mask_profiles: {standard: {}}
rules:
  - name: hold-it
    who: anyone
    where: anywhere
    operations: [delete]
    effect: hold
    mask: standard
    vectors: true
    limits: {max_results: 5, rate: 60/min}
    approvers: {groups: [leads, owners], count: 2, issuer: https://login.test}
    wait: 15s
  - {name: later, who: anyone, where: anywhere, operations: [delete], effect: allow, mask: unsafe-nothing, limits: {max_results: 1}}
"""
    found = from_texts({"a.yaml": text})
    assert found.evaluate(caller(), asks("delete_filter", "t"), "db") == Decision(
        effect=Effect.HOLD,
        rule="hold-it",
        reason="policy.held",
        policy_version=found.version,
        mask="standard",
        vectors=True,
        max_results=5,
        rate=Rate(60, 60.0),
        approvers=Approvers.of("leads", "owners", count=2, issuers=("https://login.test",)),
        wait_seconds=15.0,
    )


def test_each_effect_has_its_reason():
    got = {effect: decide([rule("r", effect)]).reason for effect in ("allow", "hold", "deny")}
    assert got == {"allow": "policy.allowed", "hold": "policy.held", "deny": "policy.denied"}


def test_a_profile_that_is_not_there_masks_by_failing():
    found = policies(rule("r"))
    assert found.profile("unsafe-nothing") is UNSAFE_NOTHING
    with pytest.raises(MaskFailed, match="no mask profile 'standard'"):
        found.profile("standard")


def test_rules_that_mask_nothing_are_warned_about():
    assert policies(rule("r"), rule("d", "deny")).warnings == ("p.yaml:3: rule 'r' masks nothing ('unsafe-nothing')",)
    assert policies(rule("d", "deny")).warnings == ()


def test_a_decision_says_what_may_go_in():
    found = from_texts(
        {
            "p.yaml": """
version: 1
mask_profiles: {stored: {default: pseudonym}}
rules:
  - name: keeps
    who: anyone
    where: anywhere
    operations: [read]
    effect: allow
    mask: stored
  - name: masks
    who: anyone
    where: anywhere
    operations: [write]
    effect: allow
    mask: stored
    inputs: {payload: mask, query: refuse, filters: translate, embeddings: refuse, profile: stored}
"""
        }
    )
    assert found.evaluate(caller(), asks("search"), "db").inputs == AS_IT_CAME
    masks = Inputs("mask", "refuse", "translate", "refuse", "stored")
    assert found.evaluate(caller(), asks("upsert"), "db").inputs == masks
    assert found.evaluate(caller(), asks("delete_ids"), "db").inputs == AS_IT_CAME


@pytest.mark.parametrize("pattern", ["c{}", '"c{}-*"', '"c{}-?"'])
def test_only_rules_that_can_fit_are_tried(pattern):
    """Of hundreds of rules for other people and collections, none is looked at: the cost does not grow with them."""
    rules = [
        rule(f"r{i}", who=f"{{groups: [g{i}]}}", where=f"{{collections: [{pattern.format(i)}]}}") for i in range(300)
    ]
    rules += [
        rule(f"s{i}", who="{groups: [mine]}", where=f"{{collections: [{pattern.format(i)}]}}") for i in range(300)
    ]
    found = policies(*rules)
    tried = []
    for compiled in found.rules:
        for check in compiled.checks:
            object.__setattr__(check, "test", lambda *_, name=compiled.rule.name: tried.append(name) or True)
    name = pattern.strip('"').format(77).replace("*", "x").replace("?", "x")
    assert found.evaluate(caller("x", "mine"), asks("search", name), "db").rule in ("s77", "s7")
    assert set(tried) <= {"s77", "s7"}


PATTERNS = ["tickets", "t*", "*", "*s", "?ickets", "ti?kets", "x*", "tickets-*"]


@every("effect", ["allow", "hold", "deny"])
@every("names", [(), ("tickets",), ("t",), ("x", "tickets"), ("tickets-1", "t1")])
@every("kind", ["search", "collection_drop"])
def test_the_index_finds_every_rule_that_matches(effect, names, kind):
    found = policies(
        *(rule(f"r{i}", effect, where=f'{{collections: ["{p}"]}}', operations='"*"') for i, p in enumerate(PATTERNS))
    )
    call = (caller(), asks(kind, *names), "db")
    assert found.winner(*call) is next((r for r in found.rules if r.matches(*call)), None)


HELD = rule("ask", "hold", operations="collection_rename")
ASKED = rule("ask-too", "hold", operations="collection_alter")


@pytest.mark.parametrize(
    ("rules", "effect", "by", "reason"),
    [
        ((rule("r", operations="collection_rename"),), "deny", "", NO_RULE),
        ((rule("r", operations="collection_alter"),), "deny", "", NO_RULE),
        ((rule("r", operations="schema"),), "allow", "r", "policy.allowed"),
        ((rule("r", operations="schema"), rule("never", "deny", operations="collection_alter")), "deny", "never", "policy.denied"),
        ((rule("r", operations="collection_alter"), HELD), "hold", "ask", "policy.held"),
        ((rule("r", operations="collection_rename"), ASKED), "hold", "ask-too", "policy.held"),
        ((HELD, ASKED), "hold", "ask", "policy.held"),
        ((HELD, ASKED.replace("leads", "others")), "deny", "ask' and 'ask-too", APART),
    ],
)  # fmt: skip
def test_a_call_that_does_two_things_needs_a_yes_to_both(
    rules: tuple[str, ...], effect: str, by: str, reason: str
) -> None:
    both = replace(asks("collection_rename", "a", "b"), also=(asks("collection_alter", "a"),))
    got = policies(*rules).evaluate(caller(), both, "db")
    assert (got.effect, got.rule, got.reason) == (effect, by, reason)
    assert (got.approvers is not None) is (effect == "hold" or reason == APART)


def _of(name: str, effect: str, people: str = "leads", mask: str = "unsafe-nothing", named: str = "") -> str:
    made = rule(
        named or f"{effect}s-{name}",
        effect,
        where=f"{{collections: [{name}]}}",
        operations="read, collection_drop, snapshot_restore",
    )
    return made.replace("leads", people).replace("unsafe-nothing", mask)


ALL = "'*'"


@pytest.mark.parametrize(
    ("rules", "effect", "by", "reason"),
    [
        ((_of("a", "hold"),), "deny", "", NO_RULE),
        ((_of("a", "hold"), _of("c", "allow")), "deny", "", NO_RULE),
        ((_of("a", "hold"), _of("b", "allow")), "hold", "holds-a", "policy.held"),
        ((_of("a", "hold"), _of(ALL, "allow", named="any")), "hold", "holds-a", "policy.held"),
        ((_of("a", "hold"), _of("b", "hold")), "hold", "holds-a", "policy.held"),
        ((_of("a", "hold"), _of("b", "hold", "owners")), "deny", "holds-a' and 'holds-b", APART),
        ((_of("a", "hold"), _of("b", "deny")), "deny", "denys-b", "policy.denied"),
        ((_of("a, b", "hold", named="both"), _of(ALL, "hold", "owners", named="any")), "hold", "both", "policy.held"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("kind", ["search", "collection_drop"])
def test_a_yes_to_a_hold_opens_only_what_its_rule_is_about(
    rules: tuple[str, ...], effect: str, by: str, reason: str, names: tuple[str, ...], kind: str
) -> None:
    """Otherwise whoever has a hold on one collection has one on every other, and its approvers are asked for them."""
    got = policies(*rules).evaluate(caller(), asks(kind, *names), "db")
    assert (got.effect, got.rule, got.reason) == (effect, by, reason)


def test_what_is_read_of_two_collections_under_a_hold_is_masked_in_one_way() -> None:
    strict = "mask_profiles: {strict: {default: redact}}\n"
    both = from_texts({"p.yaml": f"version: 1\n{strict}rules:\n" + _of("a", "hold") + _of("b", "allow", mask="strict")})
    assert both.evaluate(caller(), asks("search", "a", "b"), "db").reason == APART
    assert both.evaluate(caller(), asks("collection_drop", "a", "b"), "db").effect is Effect.HOLD


@pytest.mark.parametrize(
    ("rules", "effect", "by"),
    [
        ((_of("a", "hold"),), "deny", ""),
        ((_of("a", "hold"), _of("b", "allow")), "deny", ""),
        ((_of("a", "hold"), _of(ALL, "allow", named="any")), "hold", "holds-a"),
        ((_of("a", "hold"), _of(ALL, "hold", named="any")), "hold", "holds-a"),
        ((_of("a", "hold"), _of(ALL, "hold", "owners", named="any")), "deny", "holds-a' and 'any"),
    ],
)
def test_what_wipes_all_is_held_by_a_rule_about_one_and_opened_by_one_about_all(
    rules: tuple[str, ...], effect: str, by: str
) -> None:
    got = policies(*rules).evaluate(caller(), asks("snapshot_restore"), "db")
    assert (got.effect, got.rule) == (effect, by)


TWO = """version: 1
mask_profiles: {strict: {default: redact}}
rules:
  - {name: deletes, who: anyone, where: anywhere, operations: [delete], effect: allow, mask: strict, limits: {max_records: 9}}
  - name: writes
    who: anyone
    where: anywhere
    operations: [write]
    effect: allow
    mask: strict
    stamp: true
    quarantine: withhold
    inputs: {payload: mask, profile: strict}
    limits: {max_records: 5}
  - {name: reads, who: anyone, where: {collections: [a]}, operations: [read], effect: allow, mask: strict, vectors: true, show_stamp: true}
  - {name: looks-up, who: anyone, where: {collections: [b]}, operations: [read], effect: allow, mask: strict, canaries: {ids: [x]}}
"""


def test_a_batch_is_decided_on_as_strictly_as_each_of_its_members() -> None:
    batch = replace(asks("delete_filter", "a"), also=(asks("upsert", "a"),))
    got = from_texts({"p.yaml": TWO}).evaluate(caller(), batch, "db")
    assert (got.rule, got.inputs.payload, got.inputs.profile, got.max_records) == ("deletes", "mask", "strict", 5)
    assert (got.guards.stamp, got.guards.quarantine) == (True, "withhold")


def test_what_is_looked_up_is_given_as_its_own_rule_gives_it() -> None:
    groups = replace(asks("search", "a"), also=(asks("read_ids", "b"),))
    got = from_texts({"p.yaml": TWO}).evaluate(caller(), groups, "db")
    assert (got.rule, got.vectors, got.guards.show_stamp) == ("reads", False, False)
    assert got.guards.canaries is not None
    alone = from_texts({"p.yaml": TWO}).evaluate(caller(), asks("search", "a"), "db")
    assert (alone.vectors, alone.guards.show_stamp, alone.guards.canaries) == (True, True, None)


MASKS = """version: 1
mask_profiles: {strict: {default: redact}, lax: {default: partial}}
rules:
  - {name: makes, who: anyone, where: anywhere, operations: [schema], effect: allow, mask: strict}
  - {name: mine, who: {users: [alice, carol]}, where: {collections: ["mine-*"]}, operations: [READ], effect: EFFECT, mask: MASK}
  - {name: searches, who: {users: [carol]}, where: {collections: ["hr"]}, operations: [search], effect: allow, mask: MASK}
  - {name: reads, who: anyone, where: anywhere, operations: [read], effect: allow, mask: strict}
"""


@pytest.mark.parametrize(
    ("user", "words", "mask", "name", "effect", "by"),
    [
        ("alice", ("search", "allow"), "unsafe-nothing", "mine-1", "deny", "mine"),
        ("alice", ("list_scan", "allow"), "lax", "mine-1", "deny", "mine"),
        ("alice", ("read_ids", "allow"), "lax", "mine-1", "deny", "mine"),
        ("alice", ("read", "allow"), "strict", "mine-1", "allow", "makes"),
        ("alice", ("read", "allow"), "lax", "other", "allow", "makes"),
        ("alice", ("count", "allow"), "lax", "mine-1", "allow", "makes"),
        ("bob", ("read", "allow"), "lax", "mine-1", "allow", "makes"),
        ("carol", ("read", "allow"), "lax", "mine-1", "allow", "makes"),  # she is shown it so already
        ("carol", ("read", "allow"), "unsafe-nothing", "mine-1", "allow", "makes"),
    ],
)
def test_nobody_copies_to_where_they_are_shown_more(user, words, mask, name, effect, by) -> None:
    text = MASKS.replace("READ", words[0]).replace("EFFECT", words[1]).replace("MASK", mask)
    fork = replace(asks("collection_create", "hr", name), also=(asks("list_scan", "hr"),))
    got = from_texts({"p.yaml": text}).evaluate(caller(user), fork, "db")
    assert (got.effect, got.rule) == (effect, by)
    assert (got.reason == BARE) is (effect == "deny")


def test_a_rename_is_decided_on_under_both_names() -> None:
    renames = policies(rule("r", where="{collections: ['tickets*']}", operations="collection_rename"))
    for names, effect in [(("tickets", "tickets-2"), "allow"), (("tickets", "x"), "deny"), (("x", "tickets"), "deny")]:
        assert renames.evaluate(caller(), asks("collection_rename", *names), "db").effect == effect
    kept = policies(
        rule("r", operations="schema"), rule("never", "deny", where="{collections: ['hr-*']}", operations="'*'")
    )
    assert kept.evaluate(caller(), asks("collection_rename", "hr-pay", "open"), "db").rule == "never"
    assert kept.evaluate(caller(), asks("collection_rename", "open", "hr-pay"), "db").rule == "never"


ANYWHERE, SOME, ALL = "anywhere", "{collections: ['tickets*', 'x']}", "{collections: ['*', 'hr-*']}"
NONE_NAMED = "{without_collection: true}"


@pytest.mark.parametrize(
    ("rules", "effect"),
    [
        ((), "deny"),
        ((rule("r", where=SOME),), "allow"),
        ((rule("r", where=NONE_NAMED),), "deny"),
        ((rule("r", where=SOME, operations="write"),), "deny"),
        ((rule("r", who="{groups: [others]}"),), "deny"),
        ((rule("r", "hold", where=SOME),), "hold"),
        ((rule("r", where=SOME), rule("d", "deny", where=SOME)), "allow"),  # other names may pass
        ((rule("r", where=SOME), rule("d", "deny", where=ALL)), "deny"),
        ((rule("r", where=SOME), rule("d", "deny", where=ANYWHERE)), "deny"),
        ((rule("r", where=SOME), rule("d", "deny", where=NONE_NAMED)), "allow"),
    ],
)
def test_before_a_name_is_known_only_what_holds_for_every_name_is_a_no(rules: tuple[str, ...], effect: str) -> None:
    found = policies(*rules or (rule("else", operations="admin"),))
    assert found.at_best(caller(), asks("search"), "db").effect == effect


def test_what_is_refused_before_the_name_is_known_is_refused_under_every_name() -> None:
    wheres = [ANYWHERE, SOME, ALL, NONE_NAMED, "{tenants: [t]}"]
    for effects in itertools.product(("allow", "hold", "deny"), repeat=2):
        for places in itertools.product(wheres, repeat=2):
            found = policies(*(rule(f"r{i}", effects[i], where=places[i]) for i in range(2)))
            best = found.at_best(caller(), asks("search"), "db")
            each = [found.evaluate(caller(), asks("search", name), "db") for name in ("tickets-1", "x", "hr-1", "")]
            if best.effect is Effect.DENY:
                assert {one.effect for one in each} == {Effect.DENY}


def test_a_no_to_what_a_call_does_besides_is_a_no_before_its_name_is_known() -> None:
    both = replace(asks("collection_create"), also=(asks("list_scan"),))
    assert policies(rule("r", operations="schema")).at_best(caller(), both, "db").effect is Effect.DENY
    assert policies(rule("r", operations="schema, read")).at_best(caller(), both, "db").effect is Effect.ALLOW
