"""What is an answer of Milvus in JSON, where it comes in another form? Plain text, and JSON in base64 at the older routes."""

from base64 import b64decode
from dataclasses import replace
from typing import Final

from vecgate.dialects.milvus import results
from vecgate.domain.call import Answer, Json
from vecgate.parsing import strict_json

_OTHERWISE: Final = 65_535


def spoken(name: str, answer: Answer) -> Answer:
    """What is not known, or too late, is said in plain text; what a field of JSON holds, by the oldest in base64."""
    text = answer.body.lstrip()
    if text and text[:1] not in (b"{", b"["):
        said: Json = {"code": _OTHERWISE, "message": answer.body.decode("utf-8", "replace")}
        return replace(answer, body=strict_json.dump(said))
    return _opened(name, answer) if name.startswith("v1_") else answer


def _opened(name: str, answer: Answer) -> Answer:
    """JSON as a text of it, as newer servers show it: what is hidden in it has a name to be found by."""
    try:
        tree = strict_json.answered(answer.body)
        records = results.listed(name, tree)
    except (strict_json.NotStrict, ValueError):
        return answer  # whoever reads it next says so
    if not records or not isinstance(tree, dict):
        return answer
    new: list[Json] = [
        {key: _plain(value) for key, value in one.items()} if isinstance(one, dict) else one for one in records
    ]
    return answer if new == records else replace(answer, body=strict_json.dump({**tree, "data": new}))


def _plain(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        text = b64decode(value, validate=True).decode()
    except ValueError:
        return value
    return text if text.lstrip()[:1] in ("{", "[") else value
