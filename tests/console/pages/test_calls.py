"""What is typed on a call's page is what is sent, and a no is told."""

import pytest

from console.conftest import ACCESS, CALL, RULE, tell
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person


@pytest.mark.parametrize(
    ("path", "form", "sent"),
    [
        ("/requests/h1/approve", {}, {}),
        ("/requests/h1/approve", {"reason": "x", "id": "h2"}, {}),
        ("/requests/h1/approve", {"signature": " {}", "statement": "s  t", "enrolment": '{"a": 1}'},
         {"signed": {"signature": " {}", "statement": "s  t", "enrolment": {"a": 1}}}),
        ("/requests/h1/approve", {"results": " 5 ", "mask": "", "choose": "2", "id:a": "on", "id:b": "on"},
         {"narrow": {"results": 5}}),
        ("/requests/h1/approve", {"results": "few", "mask": "strict", "choose": "2", "id:a": "on"},
         {"narrow": {"results": "few", "mask": "strict", "ids": ["a"]}}),
        ("/requests/h1/approve", {"choose": "2"}, {"narrow": {"ids": []}}),
        ("/requests/h1/approve", {"choose": "201"} | {f"id:{n}": "on" for n in range(200)},
         {"narrow": {"ids": [str(n) for n in range(200)]}}),
        ("/requests/h1/deny", {"signature": "{}"}, {}),
        ("/requests/h1/deny", {"reason": " too \r\n much "}, {"reason": "too much"}),
        ("/requests/h1/explain", {"reason": "INC-9"}, {"reason": "INC-9"}),
    ],
)  # fmt: skip
def test_what_was_typed_is_what_is_sent(
    bob: Person, api: ApiStub, path: str, form: dict[str, str], sent: dict[str, str]
) -> None:
    found = bob.post(path, form)
    assert (found.status_code, found.headers["location"]) == (303, path.rpartition("/")[0])
    assert [(call[1], call[2], call[3]) for call in api.calls if call[0] == "POST"] == [(path, "bob", sent)]


def test_a_no_of_the_gateway_is_told_in_its_words(bob: Person, api: ApiStub) -> None:
    api.answers["POST /requests/h1/approve"] = (403, {"message": "requests.not_approver: only others"})
    found = bob.post("/requests/h1/approve")
    assert found.status_code == 403
    assert "requests.not_approver: only others" in found.text


def test_what_can_be_left_out_is_offered_and_what_was_is_told(bob: Person, api: ApiStub) -> None:
    found = bob.open("/requests/h1").text
    words = [
        'placeholder="10"',
        '<option value="">half</option><option>strict</option>',
        'name="id:r&lt;2&gt;" checked',
    ]
    assert [word for word in words if word not in found] == []
    assert "Agreed to less" not in found
    tell(api, CALL | {"narrowed": {"results": 4, "mask": "strict", "ids": ["r1", "r2"]}})
    found = bob.open("/requests/h1").text
    words = [
        "at most 4 results; masked by strict; only r1, r2",
        'placeholder="4"',
        '<option value="">strict</option></select>',
    ]
    assert [word for word in words if word not in found] == []
    tell(api, CALL | {"narrowable": {"results": None, "mask": "", "masks": [], "ids": []}})
    assert "Say yes to less" not in bob.open("/requests/h1").text


def test_what_it_touches_beside_what_the_policy_says(bob: Person, api: ApiStub) -> None:
    found = bob.open("/requests/h1").text
    words = [
        "60.0 %",
        "tickets: 1970-01-01 01:00 UTC, by dave",
        "r: loss",
        "delete; collections tick*",
        "2 more than that",
    ]
    assert [word for word in words if word not in found] == []
    assert "have changed" not in found
    api.answers["GET /requests/h1/rule"] = (200, RULE | {"changed": True})
    assert "have changed since it was asked" in bob.open("/requests/h1").text
    api.answers["GET /requests/h1/rule"] = (200, {"rule": "r", "there": False, "changed": True})
    assert "that rule is there no more" in bob.open("/requests/h1").text


def test_each_call_of_a_plan_is_shown_with_its_words_its_reach_and_its_body(bob: Person, api: ApiStub) -> None:
    step = CALL | {
        "step": 1,
        "stands": "done",
        "path": "/first",
        "effect": "deletes 1 of 5 in old",
        "rule": "first-rule",
    }
    other = step | {"step": 2, "stands": "next", "path": "/second", "effect": "destroys 9 of 9 in older", "bound": None}
    taken = [{"collection": "old", "name": "old.snapshot", "step": 1, "aliases": ["o"]}]
    plan = CALL | {"operation": "plan", "effect": "of 2 calls", "touched": None, "body": None}
    tell(api, plan | {"steps": [step, other], "snapshots": taken}, ACCESS)
    text = bob.open("/requests/h1").text
    for words in (
        *("deletes 1 of 5 in old", "POST /first", "done", "these 3 and no others", "first-rule", "old.snapshot of old"),
        *("destroys 9 of 9 in older", "POST /second", "next", "&#34;where&#34;", "Approve", "A yes is to all of them"),
    ):
        assert words in text, words
    assert text.index("/first") < text.index("/second")
    assert "/delete" not in text, "there is no one call"
