"""What was seen is allowed by the proposal, to whom it was seen of; what is dangerous is held; nothing of another kind is."""

from collections.abc import Iterable
from itertools import product

import pytest

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.policy.asked.propose import Proposal, Seen, dangerous, propose
from vecgate.policy.asked.replay import Called, called
from vecgate.policy.load import from_texts
from vecgate.policy.review.advice import Surroundings, advice
from vecgate.policy.rules.evaluate import PolicySet

PEOPLE = {
    "ann": ["support", "staff"],
    "ben": ["support", "staff"],
    "cid": ["data", "staff"],
    "dora": [],
    "eve": ["staff"],
}


def call(
    user: str, kind: str, *names: str, at: str = "2026-11-27T10:00:00+00:00", db: str = "db", **operation
) -> Called:
    told = {
        "who": {"user": user, "key": f"https://login#{user}", "groups": PEOPLE[user]},
        "operation": {"kind": kind, "collections": [*names], **operation},
        "upstream": db,
        "client": "10.0.0.1",
    }
    found = called(at, "s", "x", told)
    assert found is not None
    return found


def made(*calls: Called) -> Proposal:
    return propose([Seen(one) for one in calls], ["leads"])


def loaded(found: Proposal) -> PolicySet:
    return from_texts({"p.yaml": found.text})


def effect(policies: PolicySet, one: Called) -> str:
    return policies.evaluate(one.principal, one.operation, one.upstream, (), one.now).effect.value


SESSIONS: dict[str, Iterable[Called]] = {
    "one person": [call("ann", "search", "tickets")],
    "a whole group": [call("ann", "search", "tickets"), call("ben", "search", "tickets")],
    "a part of a group": [call("ann", "search", "tickets"), call("ben", "count", "tickets")],
    "somebody without groups": [call("dora", "upsert", "notes"), call("dora", "delete_ids", "notes")],
    "several collections at once": [
        call("cid", "search", "a", "b"), call("cid", "search", "a"), call("cid", "search", "c"), call("ann", "search", "b")
    ],
    "no collection": [call("eve", "collection_read"), call("ann", "health"), call("eve", "tenant_admin")],
    "several databases": [call("cid", "search", "a", db="one"), call("cid", "search", "b", db="two")],
    "names that are words of YAML": [call("dora", "search", "no"), call("dora", "search", "1e3"), call("dora", "count", "a: b")],
    "all kinds": [
        call("cid", kind, *(["t"] if kind != "unmask" else [])) for kind in OPERATION_KINDS if kind not in ("lock", "sessions_read", "policies_read")
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SESSIONS)
def test_what_was_seen_is_allowed_or_held_and_nothing_else_is(name: str) -> None:
    calls = [*SESSIONS[name]]
    policies = loaded(made(*calls))
    seen = {(c.principal.user, c.upstream, c.operation.kind, c.operation.collections) for c in calls}
    for one in calls:
        assert effect(policies, one) == ("hold" if dangerous(one.operation.kind) else "allow"), one
    doers = {
        (db, kind, names): {u for u, *rest in seen if tuple(rest) == (db, kind, names)} for _, db, kind, names in seen
    }
    places = {(db, names) for _, db, _, names in seen} | {("db", ("other",))}
    for user, (db, names), kind in product(PEOPLE, places, [*OPERATION_KINDS]):
        if any((user, db, kind) == one[:3] and set(names) <= set(one[3]) for one in seen):  # it read that, and more
            continue
        got = effect(policies, call(user, kind, *names, db=db))
        mates = {mate for mate in doers.get((db, kind, names), ()) if set(PEOPLE[mate]) & set(PEOPLE[user])}
        # Who was not seen at all may be in a group all of whose people that were seen did it.
        assert got == "deny" or (mates and user not in {c.principal.user for c in calls}), (user, kind, names)


@pytest.mark.parametrize("name", SESSIONS)
def test_it_loads_and_policy_check_has_nothing_to_say(name: str) -> None:
    told = advice(loaded(made(*SESSIONS[name])), Surroundings(starts=False))  # a client of Chroma's makes more calls
    assert [said for said in told if "lets out" not in said] == []


def test_a_group_is_named_only_if_all_of_it_that_were_seen_did_it() -> None:
    text = made(call("ann", "search", "t"), call("ben", "search", "t"), call("cid", "count", "t")).text
    assert "who: {groups: [support]}" in text
    assert "staff" not in text
    assert (
        "who: {users: [ann]}"
        in made(call("ann", "search", "t"), call("ben", "count", "t"), call("dora", "count", "t")).text
    )


def test_each_rule_says_what_it_rests_on_and_has_room_for_the_busiest_minute() -> None:
    calls = [
        call("ann", "search", "t", at=f"2026-11-{day}T10:00:0{s}+00:00", limit=20 + s)
        for day in (25, 27)
        for s in range(9)
    ]
    text = made(*calls * 10).text
    assert "# rests on 180 calls (ann 180), 2026-11-25 to 2026-11-27" in text
    assert "# search 180; at most 90 a minute of one person" in text
    assert "limits: {max_results: 28, rate: 180/min}" in text


def test_reads_without_a_number_are_limited_to_what_was_given_and_writes_to_what_they_named() -> None:
    found = propose(
        [Seen(call("ann", "list_scan", "t"), 7), Seen(call("ann", "upsert", "t", records=12))], ["leads"]
    ).text
    assert "max_results: 7" in found
    assert "max_records: 12" in found


@pytest.mark.parametrize("name", ["<PERSON>", "a*", "what?", "[a]", "a\nb", " a", "a\x85b"])
def test_what_a_rule_cannot_name_is_left_out_and_counted(name: str) -> None:
    found = made(call("ann", "search", name), call("ann", "search", "t"))
    assert (sum(found.left.values()), found.rules) == (1, 1)
    assert "# Left out: 1 calls: names" in found.text
    assert loaded(found)


def test_a_profile_of_ones_own_is_used_and_approvers_are_as_said() -> None:
    found = propose([Seen(call("ann", "delete_ids", "t"))], ["leads", "data owners"], "strict")
    assert "mask_profiles" not in found.text
    assert 'approvers: {groups: [leads, "data owners"]}' in found.text


def test_what_took_a_yes_is_no_reason_to_allow_it() -> None:
    """A grant is over by itself, and a yes is for one call; a proposal that allows what they were for would give it for ever."""
    for_a_time = Seen(call("dora", "list_scan", "tickets"), granted=True)
    one_by_one = Seen(call("dora", "search", "hr"), agreed=True)
    deleted = Seen(call("dora", "delete_ids", "hr"), agreed=True)
    found = propose([Seen(call("ann", "search", "notes")), for_a_time, one_by_one, deleted], ["leads"])
    assert [effect(loaded(found), one.call) for one in (for_a_time, one_by_one, deleted)] == ["deny", "deny", "hold"]
    assert sum(found.left.values()) == 2
