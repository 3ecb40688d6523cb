"""Times and conditions of rules through a real gateway before Chroma: what nobody can tell is refused, and nothing is sent."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.leaks import Ask, Said
from support.servers.rowed import Rowed, rowed

TENANT = "/api/v2/tenants/default_tenant/databases/default_database/collections"
RULE = "  - {{name: {0}, who: {{groups: [{0}]}}, where: anywhere, operations: ['*'], effect: allow, mask: unsafe-nothing, {1}}}\n"
RULES = {
    "open": "vectors: true",
    "over": "until: 2020-12-31 Europe/Vienna",
    "coming": "from: 2099-12-31 Europe/Vienna",
    "inside": "when: \"in_network(source.address, '127.0.0.0/8')\"",
    "outside": "when: \"in_network(source.address, '203.0.113.0/24')\"",
    "red": "when: \"principal.claims.org.team == 'red'\"",
    "blind": "when: \"!fields.exists(f, f == 'ssn')\"",
    "few": "when: \"operation.kind != 'delete_filter' || impact.records <= 2\"",
}


@pytest.fixture(scope="module")
def there(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rowed]:
    policy = "version: 1\nrules:\n" + "".join(RULE.format(name, words) for name, words in RULES.items())
    over = {"listen": {"proxies": ["127.0.0.1"]}}
    with rowed(stack, gateways, tmp_path_factory.mktemp("conditions"), policy, **over) as made:
        made.direct("POST", TENANT, {"name": "conditions"})
        yield made


def say(there: Rowed, group: str, ask: Ask, **claims: object) -> Said:
    return there.say(ask, there.token(f"{group}-person", group, **claims))


@pytest.fixture(scope="module")
def found(there: Rowed) -> str:
    said = say(there, "open", Ask("GET", f"{TENANT}/conditions"))
    assert isinstance(said.tree, dict)
    return f"{TENANT}/{said.tree['id']}"


@pytest.mark.parametrize(
    ("group", "claims", "headers", "code"),
    [
        ("open", {}, {}, ""),
        ("over", {}, {}, "policy.no_rule"),
        ("coming", {}, {}, "policy.no_rule"),
        ("inside", {}, {}, ""),
        ("inside", {}, {"x-forwarded-for": "198.51.100.7"}, "policy.no_rule"),  # who comes through a trusted proxy
        ("outside", {}, {}, "policy.no_rule"),
        ("outside", {}, {"x-forwarded-for": "127.0.0.1, 203.0.113.9"}, ""),
        ("outside", {}, {"x-forwarded-for": "not an address"}, "policy.condition"),
        ("red", {"org": {"team": "red"}}, {}, ""),
        ("red", {"org": {"team": "blue"}}, {}, "policy.no_rule"),
        ("red", {"org": {}}, {}, "policy.condition"),
        ("red", {}, {}, "policy.condition"),
    ],
)
def test_a_rule_counts_when_and_where_it_says(there: Rowed, found: str, group, claims, headers, code) -> None:
    said = say(there, group, replace(Ask("GET", f"{found}/count"), headers=headers), **claims)
    assert (said.status < 300, code in str(said.tree)) == (not code, True), said


def test_which_fields_are_named_can_be_asked_about(there: Rowed, found: str) -> None:
    asks = [Ask("POST", f"{found}/get", {"where": {name: 1}, "limit": 5}) for name in ("age", "ssn")]
    assert [say(there, "blind", ask).status < 300 for ask in asks] == [True, False]


def test_how_many_records_a_filter_finds_can_be_asked_about(there: Rowed, found: str) -> None:
    for number in range(5):
        record = {"ids": [f"r{number}"], "embeddings": [[1.0, float(number)]], "metadatas": [{"n": number}]}
        there.direct("POST", f"{found}/upsert", record)
    many, few = (Ask("POST", f"{found}/delete", {"where": {"n": {"$gte": least}}}) for least in (0, 3))
    refused = say(there, "few", many)
    assert (refused.status, "policy.no_rule" in str(refused.tree)) == (403, True)
    assert there.direct("GET", f"{found}/count") == 5
    assert say(there, "few", few).status == 200
    assert there.direct("GET", f"{found}/count") == 3
