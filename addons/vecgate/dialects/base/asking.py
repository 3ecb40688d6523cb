"""What does the server itself say? One question, one parsed answer, asked with the gateway's own credential."""

from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS, Ask
from vecgate.domain.call import Call, Json
from vecgate.parsing import paths, strict_json
from vecgate.refusals.errors import Part, Unavailable, unanswered

#: The server understood and says no: the question names something that is not there, or is itself wrong.
_NO: Final = frozenset({400, 404, 422})


async def get(ask: Ask, *segments: str, query: tuple[tuple[str, str], ...] = ()) -> Json:
    """The tree at a path; None when the server says that it is not there. Raises Unavailable."""
    return await _fetch(ask, Call("GET", paths.join(segments), query=query, headers=HEADERS))


async def post(ask: Ask, *segments: str, tree: Json) -> Json:
    """The tree a POST of `tree` gives; None when the server does not accept it. Raises Unavailable."""
    body = strict_json.dump(tree)
    return await _fetch(ask, Call("POST", paths.join(segments), headers=JSON_HEADERS, body=body, tree=tree))


async def get_as(ask: Ask, call: Call) -> Json:
    """The tree that a question is answered with; None when the server understood and says no. Raises Unavailable."""
    return await _fetch(ask, call)


async def body_of(ask: Ask, call: Call) -> bytes | None:
    """What is answered, as it came; None when the server understood and says no. Raises Unavailable."""
    answer = await ask(call)
    if answer.status in _NO:
        return None
    if answer.status != 200:
        raise unanswered(answer.status)
    return answer.body


async def _fetch(ask: Ask, call: Call) -> Json:
    body = await body_of(ask, call)
    try:
        return None if body is None else strict_json.answered(body)
    except strict_json.NotStrict as e:
        raise Unavailable(Part.UPSTREAM, "an answer that is not strict JSON") from e
