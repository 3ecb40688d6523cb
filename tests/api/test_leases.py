"""What is out is told as it stands in the book, and what is to be ended is named by one word."""

import pytest

from support.fakes.policy_words import caller
from vecgate.api.leases import Out, Revoke, wanted
from vecgate.api.own import Asked, Parts
from vecgate.credentials.book import Entry
from vecgate.domain.exchange import Exchange, Raw
from vecgate.refusals.errors import CallRefused, Unavailable


class FakeBook:
    def __init__(self) -> None:
        whose = [("l1", "alice", "docs", "h1"), ("l2", "Alice", "other", ""), ("l3", "bob", "docs", "")]
        self.entries = [
            Entry(id, user, upstream, "toy", "r", "read", ("a",), 10.0 - n, 600.0, "w", handle)
            for n, (id, user, upstream, handle) in enumerate(whose)
        ]
        self.revoked: list[str] = []

    async def all(self) -> list[Entry]:
        return self.entries

    async def revoke(self, *ids: str) -> int:
        self.revoked += ids
        return len(ids)


def parts(book: FakeBook | None) -> Parts:
    return Parts(None, None, (), None, None, None, None, None, out=book)  # type: ignore[arg-type]


def asked(body: bytes = b"") -> Asked:
    return Asked(caller(), Raw("POST", "/x", (), body), None)  # type: ignore[arg-type]


EXCHANGE = Exchange("1", 0.0, "c", "a", Raw("POST", "/x", ()))


async def test_all_that_are_out_are_listed_the_oldest_first_and_without_their_handles() -> None:
    found = (await Out(parts(FakeBook()), asked()).answer(EXCHANGE)).document
    assert isinstance(found, dict)
    listed = found["leases"]
    assert isinstance(listed, list)
    assert [one["id"] for one in listed if isinstance(one, dict)] == ["l3", "l2", "l1"]
    assert listed[-1] == {
        "id": "l1", "user": "alice", "upstream": "docs", "kind": "toy", "role": "r", "reach": "read",
        "collections": ["a"], "issued": 10.0, "ends": 600.0, "revocable": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "ended"),
    [
        (b'{"id": "l2"}', ["l2"]),
        (b'{"user": "ALICE"}', ["l1", "l2"]),
        (b'{"upstream": "docs"}', ["l1", "l3"]),
        (b'{"everything": true}', ["l1", "l2", "l3"]),
        (b'{"id": "nothing"}', []),
    ],
)
async def test_those_that_are_meant_are_ended(body: bytes, ended: list[str]) -> None:
    book = FakeBook()
    own = Revoke(parts(book), asked(body))
    assert (await own.answer(EXCHANGE)).document
    assert book.revoked == ended
    assert own.about is not None
    assert own.about.startswith("credentials: ")


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"id": "a", "user": "b"},
        {"everything": False},
        {"everything": "yes"},
        {"user": " "},
        {"id": "a\nb"},
        {"id": 7},
    ],
)
def test_nothing_or_more_than_one_thing_is_refused(tree: dict[str, object]) -> None:
    with pytest.raises(CallRefused):
        wanted(tree)


async def test_without_a_book_nobody_is_told_that_nothing_is_out() -> None:
    with pytest.raises(Unavailable):
        await Out(parts(None), asked()).answer(EXCHANGE)
