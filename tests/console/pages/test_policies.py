"""Questions about the policies are sent as they are asked, and answered in words; why not as well."""

from typing import Any

import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


@pytest.mark.parametrize(
    ("query", "path", "body", "words"),
    [
        (
            "ask=mine&operation=search&collection=notes&user=zoe", "/policy/mine", {"operation": "search", "collection": "notes"},
            ["You: search", "on notes", "deny: no rule allows it", "does not fit: collections: wants all in t*", "may be asked for"],
        ),
        (
            "ask=explain&operation=count&user=zoe&groups=a,+b&tenant=t", "/policy/explain",
            {"operation": "count", "tenant": "t", "user": "zoe", "groups": ["a", "b"]}, ["zoe: count", "on any collection"],
        ),
        (
            "ask=who&operation=read&upstream=db", "/policy/who", {"operation": "read", "upstream": "db"},
            ["Who can read", "search, count", "groups staff", "read; in collections t*", "all (p.yaml:3)", "Nobody: no rule"],
        ),
        ("ask=what&user=zoe&groups=", "/policy/what", {"user": "zoe", "groups": []}, ["What zoe can", "groups staff", "Asked about", "answers delete"]),
    ],
)  # fmt: skip
def test_what_is_asked_is_sent_and_answered(
    bob: Person, api: ApiStub, query: str, path: str, body: dict[str, Any], words: list[str]
) -> None:
    api.calls.clear()
    found = bob.open(f"/policies?{query}").text
    assert [call[1:] for call in api.calls] == [(path, "bob", body)]
    assert [word for word in words if word not in found] == []


def test_nothing_is_asked_until_somebody_does(bob: Person, api: ApiStub) -> None:
    api.calls.clear()
    assert "What would become of a call of mine?" in bob.open("/policies").text
    assert bob.open("/policies?ask=moon").status_code == 404
    assert api.calls == []


def test_every_rule_and_what_tests_see_of_it(bob: Person, api: ApiStub) -> None:
    found = bob.open("/policies/rules").text
    words = [
        "Version abc, 1 rules",
        "p.yaml:2: odd",
        "4 cases, 1 failed; they see 1 of 1 rules",
        "p.test.yaml:3: n: effect: deny",
        "<td>2</td>",
    ]
    assert [word for word in words if word not in found] == []
    api.answers["GET /policy/coverage"][1].update(problem="there is no test", rules=[])
    assert "No tests were run: there is no test" in bob.open("/policies/rules").text


def test_who_may_not_is_told_so(bob: Person, api: ApiStub) -> None:
    for asked in ("GET /policy", "POST /policy/who"):
        api.answers[asked] = (403, {"message": "policy.no_rule: No rule lets you"})
    for path in ("/policies/rules", "/policies?ask=who&operation=read"):
        found = bob.open(path)
        assert (found.status_code, "policy.no_rule" in found.text) == (403, True)
