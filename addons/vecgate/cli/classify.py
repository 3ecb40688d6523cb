"""vecgate classify: what does a call mean to the gateway? Read as on its way through, without any server to ask.

One JSON object: what the call is, what it names, and what it asks for; or `refused` with its code. Exit code 0, or 2
for what is refused. With --batch, a line of JSON for each line that tells a call, and for its answer where texts, ids,
vectors, scores and errors are; of a call over gRPC what its REST twin means.
"""

import argparse
import asyncio
import base64
import binascii
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vecgate import dialects
from vecgate.cli import MISUSED, OK, _offline
from vecgate.dialects import Dialect
from vecgate.dialects.base import answers
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Site
from vecgate.domain.operation import Operation
from vecgate.parsing.inflate import CODINGS, NotWhole, OverBound, coding_of, inflate
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

#: As much as a gateway takes when nobody says otherwise.
_MOST: Final = 32 * 1024 * 1024


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate classify`."""
    words = "tell what a call means, without a gateway or a database"
    parser = subparsers.add_parser("classify", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("--db", metavar="NAME", required=True, help=f"database: {', '.join(dialects.names())}")
    parser.add_argument("method", nargs="?", metavar="METHOD", help="HTTP method")
    parser.add_argument("path", nargs="?", metavar="PATH", help="path, with its query")
    parser.add_argument("--body", metavar="FILE", help="file with the body; '-': standard input")
    parser.add_argument("--header", metavar="K:V", action="append", default=[], help="a header of the request")
    parser.add_argument("--collection", metavar="NAME", help="what a collection is called that the path has an id of")
    parser.add_argument("--sent", action="store_true", help="print what would be sent, too")
    parser.add_argument("--batch", metavar="FILE", help="file with calls as lines of JSON; '-': standard input")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print it. Raises VecgateError."""
    dialect = _offline.known(args.db)
    if args.batch is not None and args.method is not None:
        print("vecgate classify: METHOD and PATH, or --batch FILE, and not both", file=sys.stderr)
        return MISUSED
    if args.batch is not None:
        for line in _lines(args.batch):
            print(json.dumps(_of_line(dialect, line, args), ensure_ascii=False))
        return OK
    if args.method is None or args.path is None:
        print("vecgate classify: METHOD and PATH, or --batch FILE", file=sys.stderr)
        return MISUSED
    raw = _raw(args)
    said, _ = verdict(dialect, partial(_over_http, dialect, raw), args.collection, sent=args.sent)
    print(json.dumps(said, ensure_ascii=False, indent=2))
    return MISUSED if "refused" in said else OK


def _raw(args: argparse.Namespace) -> Raw:
    body = b"" if args.body is None else _bytes(args.body)
    pairs = [header.partition(":") for header in args.header]
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return Raw(args.method, _offline.target(args.path), _typed(headers, body), body)


def _typed(headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[tuple[str, str], ...]:
    if not body or any(name == "content-type" for name, _ in headers):
        return headers
    return (*headers, ("content-type", "application/json"))


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as e:
        raise VecgateError(f"{name}: {e.strerror}") from e


def _lines(name: str) -> Iterator[bytes]:
    return (line for line in _bytes(name).split(b"\n") if line.strip())


def verdict(
    dialect: Dialect, read: Callable[[], Call], collection: str | None = None, *, sent: bool = False
) -> tuple[dict[str, Json], Operation | None]:
    """What a call means, or why it is refused; and the operation, where it is one."""
    try:
        call = read()
        operation = asyncio.run(dialect.classify(call, partial(_ask, dialect, collection)))
        said = _told(dialect, call, operation)
    except CallRefused as e:
        refusal = e.refusal
        return {"refused": refusal.code, "reason": f"{refusal.what} {refusal.todo}"}, None
    if sent:
        said["sent"] = {"method": call.method, "path": call.path, "query": dict(call.query), "body": call.tree}
    return said, operation


async def _ask(dialect: Dialect, collection: str | None, call: Call) -> Answer:
    """What a server would say; a collection of which the id alone is known goes by that."""
    return dialect.offline(call, collection or call.path.rpartition("/")[2])


def _unpacked(raw: Raw) -> Raw:
    told = [value for name, value in raw.headers if name == "content-encoding"]
    if not told:
        return raw
    try:
        body = inflate(raw.body, coding_of(told), _MOST)
    except NotWhole as e:
        raise CallRefused(refuse("body.unreadable", detail=f"it is compressed, and {e}")) from e
    except OverBound as e:
        raise CallRefused(refuse("body.too_large", limit=_MOST)) from e
    kept = tuple((name, value) for name, value in raw.headers if name not in ("content-encoding", "content-length"))
    return Raw(raw.method, raw.target, kept, body)


def _told(dialect: Dialect, call: Call, operation: Operation) -> dict[str, Json]:
    tree = call.tree if isinstance(call.tree, dict) else {}
    sites: list[Site] = []

    def note(site: Site) -> Json | None:
        sites.append(site)
        return site.filter

    dialect.filters(operation, tree, note)
    filters: dict[str, Json] = {site.at: site.filter for site in sites if site.filter is not None}
    named = dict.fromkeys(_field(one.path) for one in dialect.fields(call, operation))
    said: dict[str, Json] = {
        "operation": operation.name,
        "kind": operation.kind,
        "danger": max(operation.danger, *(one.danger for one in operation.also), 0),
        "collections": [*dict.fromkeys(one for part in (operation, *operation.also) for one in part.collections)],
        "tenant": operation.tenant,
        "ids": [one for _, one in dialect.ids(call, operation)],
        "filter": filters or None,
        "limit": operation.limit,
        "wants_vectors": operation.wants_vectors,
        "fields_referenced": [*named],
    }
    if operation.also:
        said["also"] = [
            {
                "kind": one.kind,
                "danger": one.danger,
                "collections": [*one.collections],
                **({"tenant": one.tenant} if one.tenant != operation.tenant else {}),
            }
            for one in operation.also
        ]
    return said


def _field(path: tuple[str | int | None, ...]) -> str:
    """A field as people write it: its steps, with dots; a place in a list in brackets."""
    text = ""
    for step in path:
        if isinstance(step, str):
            plain = step.replace("_", "").replace("-", "").replace("#", "").replace(":", "").isalnum()
            text += ("." if text else "") + (step if plain else json.dumps(step, ensure_ascii=False))
        else:
            text += f"[{'' if step is None else step}]"
    return text


# a line in the form of a recording

_TOO_DEEP: Final[dict[str, Json]] = {"refused": "line.unreadable", "reason": "the line is nested too deep"}


def _of_line(dialect: Dialect, line: bytes, args: argparse.Namespace) -> dict[str, Json]:
    try:
        row = json.loads(line)
        if isinstance(row.get("request"), dict) and "cut" in row["request"]:
            return {"refused": "line.unreadable", "reason": "the line holds no more than the beginning of its body"}
        read = partial(_over_http, dialect, _raw_of(row)) if "path" in row else _over_grpc(dialect, row)
    except RecursionError:
        return _TOO_DEEP
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return {"refused": "line.unreadable", "reason": "the line tells no call"}
    if read is None:
        return {"answered": "by the gateway itself, whoever asks"}
    said, operation = verdict(dialect, read, args.collection, sent=args.sent)
    answer = row.get("answer")
    if operation is not None and isinstance(answer, dict) and "json" in answer:
        try:
            found = answers.places(dialect.surface(operation, answer=True), dialect.marks(operation), answer["json"])
        except RecursionError:
            return _TOO_DEEP
        said["answer"] = {kind: [*pointers] for kind, pointers in found.items()}
    return said


def _over_http(dialect: Dialect, raw: Raw) -> Call:
    return dialect.read(_unpacked(raw))


def _over_grpc(dialect: Dialect, row: dict[str, Any]) -> Callable[[], Call] | None:
    """How a recorded message is read; None: it is none of the database's. Raises ValueError where none is spoken."""
    if dialect.grpc is None:
        raise ValueError("not over gRPC")
    method, message = str(row["method"]), base64.b64decode(row["request"], validate=True)
    return None if dialect.grpc.opened(method, message) else partial(dialect.grpc.read, method, message)


def _raw_of(row: dict[str, Any]) -> Raw:
    target = str(row["path"]) + (f"?{row['query']}" if row.get("query") else "")
    request = row.get("request")
    body = b"" if request is None else _body_of(request)
    written = "application/json" if request is not None and "json" in request else ""  # of a line that tells none
    kind = row.get("content_type", written) or ""
    headers: tuple[tuple[str, str], ...] = (("content-type", str(kind)),) if kind else ()
    if "content-encoding" in (row.get("request_headers") or ()) and (coding := _coding(body)):
        headers = (*headers, ("content-encoding", coding))
    return Raw(str(row["method"]), target, headers, body)


def _coding(body: bytes) -> str:
    """In which coding a body is, of which a recording tells only that it is in one; the empty text: in none."""
    for coding in CODINGS:
        try:
            if inflate(body, coding, _MOST):
                return coding
        except (NotWhole, OverBound):
            continue
    return ""


def _body_of(request: dict[str, Any]) -> bytes:
    if "json" in request:
        return json.dumps(request["json"]).encode()
    if "base64" in request:
        return base64.b64decode(request["base64"], validate=True)
    return str(request["text"]).encode("utf-8", "surrogatepass")
