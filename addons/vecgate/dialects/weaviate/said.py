"""What is an answer of Weaviate in JSON, where it says nothing, or says it in text? Its own shape of errors, and paths.

Two of its paths are the same with a slash behind them, and one client sends them so.
"""

from dataclasses import replace
from typing import Final

import orjson

from vecgate.dialects.weaviate import results, sites
from vecgate.dialects.weaviate.values import Tree
from vecgate.domain.call import Answer, Json
from vecgate.domain.exchange import Raw
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import MaskFailed

_LARGEST: Final = "grpcMaxMessageSize"
#: What is answered without a word where it was done.
_SILENT: Final = frozenset(
    {"live", "ready", "openid", "tenant_exists", "schema_drop", "index_drop", "reference_add", "reference_replace", "tenants_drop",
     "role_create", "role_add", "role_remove", "user_activate", "user_deactivate", "user_assign", "user_revoke", "group_assign", "group_revoke"}
)  # fmt: skip


#: Paths that stand with a slash at the end as without.
SAME_PATHS: Final = {f"/v1/{name}/": f"/v1/{name}" for name in ("aliases", "classifications")}


def without_slash(raw: Raw) -> Raw:
    """A call of a path that one client ends with a slash, as all others end it."""
    return replace(raw, target=SAME_PATHS[raw.target]) if raw.target in SAME_PATHS else raw


def spoken(name: str, answer: Answer, largest: int) -> Answer:
    """What goes wrong within the server is answered with success and nothing at all; what it does not know, in text.

    Its clients cut their streams into messages as large as it takes, and lose what is in one that is refused: they are
    told of no more than `largest` bytes. Raises MaskFailed for nothing at all, and where a search shows records of other
    classes.
    """
    text = answer.body.lstrip()
    if not text and answer.status == 200 and name not in _SILENT:
        raise MaskFailed("the answer is empty, though it says that it was done")
    if name == "meta" and isinstance(tree := _parsed(text), dict) and _takes(tree) > largest:
        return replace(answer, body=dump({**tree, _LARGEST: largest}))
    if name in sites.SEARCHES and b'"references"' in text and results.leads(name, _parsed(text)):
        raise MaskFailed("the answer shows what references lead to, and no rule was asked about that")
    if not text or text[:1] in b'{["tfn' or answer.status < 300:
        return answer
    return replace(answer, body=dump(error(answer.body.decode("utf-8", "replace"))))


def _takes(tree: Tree) -> int:
    told = tree.get(_LARGEST)
    return told if isinstance(told, int) else 0


def _parsed(text: bytes) -> Json:
    """An answer; nothing where it is no JSON, which is told where it is read."""
    try:
        tree: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return tree


def error(text: str) -> Json:
    """An error in the server's own shape."""
    return {"error": [{"message": text}]}
