"""What is shown is what the API told, as text; what is sent is what was typed, and nothing else."""

from typing import Any

import pytest

from console.conftest import ACCESS, CALL, tell
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person
from vecgate.console import pages

EVIL = """"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["alice", "delete_filter deletes 3 of 5 in tickets", "carol", "search for 2 h"]),
        ("/requests/h1", ["INC-7", "POST /delete", "&#34;where&#34;", "3 of 5 records", "these 3 and no others", "1 of data-owners", "Approve"]),
        ("/access/a1", ["carol", "INC-8", "strict", "Approve"]),
        ("/mine", ["bob", "allow"]),
        ("/access", ["Ask for access"]),
        ("/grants", ["None."]),
        ("/history", ["None."]),
    ],
)  # fmt: skip
def test_each_page_reads_without_a_script(bob: Person, path: str, words: list[str]) -> None:
    found = bob.open(path)
    assert found.status_code == 200
    assert [word for word in words if word not in found.text] == []


def test_names_reasons_and_payloads_are_text_on_every_page(bob: Person, api: ApiStub) -> None:
    def evil(tree: dict[str, Any]) -> dict[str, Any]:
        kept = {"id", "state", "stages", "approvals"}
        return {
            name: EVIL if isinstance(value, str) and name not in kept else [EVIL] if isinstance(value, list) and name not in kept else value
            for name, value in tree.items()
        }  # fmt: skip

    tell(api, evil(CALL) | {"body": {EVIL: EVIL}}, evil(ACCESS))
    api.answers["GET /whoami"] = (
        200,
        {"user": EVIL, "groups": [EVIL], "rules": [{"rule": EVIL, "effect": EVIL, "operations": [EVIL]}]},
    )
    for path in ("/", "/requests/h1", "/access/a1", "/mine", "/grants", "/history"):
        found = bob.open(path)
        assert found.status_code == 200
        assert "alert(1)" in found.text or path in ("/grants", "/history")
        assert "<script>alert" not in found.text
        assert "<img" not in found.text
        assert "49" not in found.text.replace("alert", "")
    api.answers["GET /requests/h1"] = (403, {"message": f"requests.unknown: {EVIL}"})
    assert "<script>alert" not in bob.open("/requests/h1").text


@pytest.mark.parametrize("path", ["/", "/requests/h1", "/access/a1", "/access", "/mine", "/grants", "/history"])
def test_what_one_may_be_sent_back_to(path: str) -> None:
    assert pages.is_one(path)


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example", "/\\evil.example", "https://evil.example", "/requests/../logout", "/access\n", "/mine?x", "javascript:1",
     "/%2fevil.example", "/requests/H1", "/logout", "/ /evil"],
)  # fmt: skip
def test_what_one_may_not(path: str) -> None:
    assert not pages.is_one(path)


def test_each_page_in_the_list_has_a_key_of_its_own() -> None:
    assert len({row.key for row in pages.NAMED}) == len(pages.NAMED)
    assert all(len(row.key) == 1 for row in pages.NAMED)
