"""Who wrote it, when and by what; and what is nobody else's to write."""

from typing import Any

import pytest

from support.fakes.approvals import ALICE
from vecgate.domain.guards import AGENT, CLIENT, QUARANTINE, WHEN, WHO
from vecgate.domain.principal import Principal
from vecgate.guards.stamps import changed, reserved, shown, stamp


def who(**claims: Any) -> Principal:
    return Principal(ALICE.issuer, ALICE.subject, "alice", frozenset(), 4e9, claims)


@pytest.mark.parametrize(
    ("principal", "agent", "acting", "client"),
    [
        (who(), "", "", ""),
        (who(), "chromadb/1.5.9 (python)", "", "chromadb/1.5.9"),
        (who(), "<script>", "", ""),
        (who(azp="crm-app"), "curl/8", "", "crm-app"),
        (who(client_id="job", act={"sub": "agent-7"}), "curl/8", "agent-7", "job"),
        (who(azp=["a"], act="x"), "x" * 90, "", "x" * 41),
    ],
)
def test_a_stamp_says_who_when_by_which_agent_and_client(
    principal: Principal, agent: str, acting: str, client: str
) -> None:
    assert stamp(principal, agent, 1_700_000_000.9) == {
        WHO: "alice",
        WHEN: "2023-11-14T22:13:20Z",
        AGENT: acting,
        CLIENT: client,
    }


STORED = {"n": 1, WHO: "bob", WHEN: "t"}


@pytest.mark.parametrize(
    ("sent", "stored", "key"),
    [
        (None, None, None),
        ({"n": 2}, STORED, None),
        ({"n": 2, WHO: "bob"}, STORED, None),
        ({WHO: "eve"}, STORED, WHO),
        ({WHO: None}, STORED, WHO),
        ({AGENT: None}, STORED, AGENT),
        ({AGENT: ""}, STORED, AGENT),
        ({WHO: "bob"}, None, WHO),
        ({"_vecgate_new": 1}, STORED, "_vecgate_new"),
    ],
)
def test_what_comes_back_as_it_is_stored_is_no_change(sent: Any, stored: Any, key: str | None) -> None:
    assert changed(sent, stored) == key


def test_an_answer_shows_what_the_gateway_wrote_only_where_a_rule_does() -> None:
    full = {**STORED, QUARANTINE: "mark: x"}
    assert shown(full, stamps=False, marks=False) == {"n": 1}
    assert shown(full, stamps=True, marks=False) == STORED
    assert shown(full, stamps=False, marks=True) == {"n": 1, QUARANTINE: "mark: x"}
    plain = {"n": 1}
    assert shown(plain, stamps=False, marks=False) is plain
    assert shown(None, stamps=False, marks=False) is None
    assert reserved(full) == {k: v for k, v in full.items() if k != "n"}
