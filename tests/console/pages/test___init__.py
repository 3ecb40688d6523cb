"""What is shown is what the API told, as text; what is sent is what was typed, and nothing else."""

from typing import Any

import pytest

from console.conftest import SESSION
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person
from vecgate.console import pages

IDS = {"requests": "h1", "sessions": SESSION["session"]}
EVIL = """"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7919*7907}}"""


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


def evil(tree: Any) -> Any:
    """The same with that for each text in it that is none of the gateway's own words."""
    if isinstance(tree, dict):
        return {
            name: value if name in ("id", "state", "next", "session") else evil(value) for name, value in tree.items()
        }
    if isinstance(tree, list):
        return [*map(evil, tree)]
    return EVIL if isinstance(tree, str) else tree


#: Every page, of things that are there; a file is none.
ADDRESSES = [row.path for row in pages.ROWS if row.method == "GET" and not row.path.endswith(("/csv", "/json"))]
PLACES = [path.replace("{id}", IDS.get(path.split("/")[1], "a1")) for path in ADDRESSES]


@pytest.mark.parametrize("path", PLACES)
def test_names_reasons_and_payloads_are_text_on_every_page(bob: Person, api: ApiStub, path: str) -> None:
    api.answers = {asked: (status, evil(tree)) for asked, (status, tree) in api.answers.items()}
    api.answers["GET /requests/h1"][1]["body"] = {EVIL: EVIL}
    path = f"{path}?ask=mine&operation=x" if path == "/policies" else path
    found = bob.open(path)
    assert found.status_code == 200
    assert "alert(1)" in found.text or path in ("/grants", "/history")
    assert "<script>alert" not in found.text
    assert "<img" not in found.text
    assert "62615533" not in found.text
    for asked in api.answers:
        api.answers[asked] = (403, {"message": f"requests.unknown: {EVIL}"})
    refused = bob.open(path)
    assert refused.status_code == 403
    assert "requests.unknown: " in refused.text
    assert "<script>alert" not in refused.text


@pytest.mark.parametrize("path", PLACES)
def test_each_form_on_a_page_carries_the_word_of_its_session(bob: Person, path: str) -> None:
    text = bob.open(path).text
    posts = text.count('method="post"')
    assert posts == text.count('name="form" value="' + bob.word()) >= 1
    assert "<form" not in text.replace('<form method="post"', "").replace('<form method="get"', "")


@pytest.mark.parametrize("path", PLACES)
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
