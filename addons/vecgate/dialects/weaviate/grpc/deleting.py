"""What does a `BatchDeleteRequest` delete, and what does its reply tell? As a batch over REST, there and back."""

from typing import Any, Final
from uuid import UUID

from vecgate.dialects.weaviate.grpc import filters
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import unreadable

_NUMBERS: Final = ("failed", "matches", "successful")


def body_of(request: Any) -> Json:
    """The body of a batch. Raises CallRefused."""
    if not request.HasField("filters"):
        unreadable("'filters' is missing: the server deletes nothing without")
    match: Tree = {"class": request.collection, "where": filters.where(request.filters, lists=False)}
    told: Tree = {"match": match, "output": "verbose" if request.verbose else "minimal"}
    return {**told, "dryRun": True} if request.dry_run else told


def put(into: Any, tree: Json) -> None:
    """A body as a request. Raises ValueError for what one cannot say."""
    told = as_tree(tree)
    match = as_tree(told.get("match"))
    into.collection = str(match["class"])
    filters.put(into.filters, match.get("where"))
    into.verbose, into.dry_run = told.get("output") == "verbose", told.get("dryRun") is True


def told(reply: Any, tree: Json) -> Json:
    """The answer: of a batch as it was sent, and what came of it. Raises ValueError for what is no such reply."""
    said = as_tree(tree)
    done = "DRYRUN" if said.get("dryRun") is True else "SUCCESS"
    objects: list[Json] = [_object(one, done) for one in reply.objects]
    results: Tree = {name: getattr(reply, name) for name in _NUMBERS}
    if said.get("output") == "verbose":
        results["objects"] = objects
    return {"match": said.get("match"), "output": said.get("output"), "results": results}


def _object(one: Any, done: str) -> Tree:
    told: Tree = {"id": str(UUID(bytes=one.uuid)), "status": done if one.successful else "FAILED"}
    if one.error:
        told["errors"] = {"error": [{"message": one.error}]}
    return told


def put_answer(into: Any, tree: Tree) -> None:
    """A masked answer in the place of a reply. Raises ValueError for what one cannot say."""
    results = as_tree(tree.get("results"))
    for name in _NUMBERS:
        value = results.get(name, 0)
        if type(value) is not int:
            raise ValueError("a number that is none")
        setattr(into, name, value)
    for one in map(as_tree, list_of(results.get("objects"))):
        errors = list_of(as_tree(one.get("errors")).get("error"))
        into.objects.add(
            uuid=UUID(str(one.get("id"))).bytes, successful=one.get("status") != "FAILED",
            error="; ".join(str(as_tree(each).get("message")) for each in errors),
        )  # fmt: skip
