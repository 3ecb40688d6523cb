"""One reading of a form, or none."""

import pytest
from starlette.requests import Request

from support.tools.every import every
from vecgate.idp.forms import LONGEST, NoForm, form

KIND = "application/x-www-form-urlencoded"


def sent(body: bytes, kind: str = KIND) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", kind.encode())]}, receive)


@every("body, words", [(b"", {}), (b"a=b", {"a": "b"}), (b"a=&b=%26", {"a": "", "b": "&"}), (b"a=%C3%A9", {"a": "é"})])
async def test_a_form_is_read(body: bytes, words: dict[str, str]) -> None:
    assert await form(sent(body)) == words
    assert await form(sent(body, f"{KIND}; charset=utf-8")) == words


@every(
    "body, kind",
    [
        (b"a=b", "application/json"),
        (b"a=b", ""),
        (b"a=b&a=b", KIND),
        (b"a", KIND),
        (b"\xff=a", KIND),
        (b"a=" + b"x" * LONGEST, KIND),
        (b"&".join(b"%d=x" % n for n in range(31)), KIND),
    ],
)
async def test_anything_else_is_not(body: bytes, kind: str) -> None:
    with pytest.raises(NoForm):
        await form(sent(body, kind))
