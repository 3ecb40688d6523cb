"""vecgate policy explain, who, who-can and what-can: why is a call decided as it is, who can do it, what can one do?"""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from vecgate.cli import NO, OK, _offline
from vecgate.cli._policy.folder import DEFAULT_DIALECT, dialect, folder, folder_help, read, settings
from vecgate.cli.access import grants
from vecgate.domain.claims import ABSENT, claim
from vecgate.domain.decision import Effect
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.parsing import strict_json
from vecgate.parsing.words import unknown
from vecgate.policy import PolicySet, load
from vecgate.policy.asked.explain import explain
from vecgate.policy.asked.what import answers, what
from vecgate.policy.asked.who import Around, Entry, who
from vecgate.policy.language.times import parse_moment
from vecgate.policy.language.values import OPERATIONS, expand
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

_AT: Final = "when, such as '2026-12-31 18:00 Europe/Vienna'; left out: now"
_NEEDS_BODY: Final = "this request needs a body; name a file with it: --body FILE"


def register(actions: "Subparsers") -> None:
    """Add them."""
    _add_explain(actions)
    _add_who(actions)
    _add_what(actions)


def _add_explain(actions: "Subparsers") -> None:
    why = actions.add_parser("explain", help="tell what would be decided on a request, and why")
    whose = "file with the claims of the caller's token"
    why.add_argument("--as", dest="claims", type=Path, required=True, metavar="CLAIMS.json", help=whose)
    why.add_argument("method", nargs="?", help="HTTP method of the request")
    why.add_argument("url", nargs="?", help="URL of the request, or its path and query")
    why.add_argument("--operation", metavar="KIND", help="kind of operation, in place of a request")
    why.add_argument("--body", type=Path, metavar="FILE", help="file with the body of the request")
    why.add_argument("--upstream", metavar="NAME", help="database it goes to; left out: told by the URL's host")
    why.add_argument("--collection", metavar="NAME", help="collection it is about, or that an id in the request means")
    why.add_argument("--tenant", help="tenant, with --operation")
    why.add_argument("--database", help="database inside the tenant, with --operation")
    why.add_argument("--dialect", help=f"dialect of the database; left out: the settings' one, or {DEFAULT_DIALECT}")
    why.add_argument("--folder", type=Path, help=folder_help())
    why.add_argument("--user-claim", help="claim that names the user; left out: the settings' one, or sub")
    why.add_argument("--groups-claim", help="claim that lists the groups; left out: the settings' one, or groups")
    why.add_argument("--grant", metavar="ID", help="with this access, as if it were granted: asks the gateway for it")
    why.add_argument("--at", metavar="TIME", help=_AT)
    why.add_argument("--source", metavar="ADDRESS", help="address of the client, where a rule asks for it")
    why.add_argument("--records", type=int, metavar="N", help="how many records it would touch, where a rule asks")
    why.set_defaults(func=run_explain)


def _add_who(actions: "Subparsers") -> None:
    said = (
        "Lists the rules about an operation, the strongest first: whom they allow, hold or deny, and what comes before"
    )
    said += " them. What is left out may be any. Exit code 0: somebody can do it, perhaps held; 1: nobody can."
    can = actions.add_parser("who", help="tell who can do something", description=said)
    can.add_argument("--operation", required=True, metavar="KIND", help="kind of operation, or group of kinds")
    can.add_argument("--collection", metavar="NAME", help="collection it is about")
    can.add_argument("--upstream", metavar="NAME", default="", help="database, as the settings name it")
    can.add_argument("--tenant", help="tenant inside of it")
    can.add_argument("--database", help="database inside the tenant")
    can.add_argument("--folder", type=Path, help=folder_help())
    can.add_argument("--at", metavar="TIME", help=_AT)
    can.set_defaults(func=run_who)
    short = actions.add_parser("who-can", help="the same in short: OPERATION COLLECTION", description=said)
    short.add_argument("operation", metavar="OPERATION", help="kind of operation, or group of kinds")
    short.add_argument("collection", nargs="?", metavar="COLLECTION", help="collection it is about; left out: any")
    short.add_argument("--upstream", metavar="NAME", default="", help="database, as the settings name it")
    short.add_argument("--folder", type=Path, help=folder_help())
    short.add_argument("--at", metavar="TIME", help=_AT)
    short.set_defaults(func=run_who, tenant=None, database=None)


def _add_what(actions: "Subparsers") -> None:
    said = "Lists the rules about a person, the strongest first, and those whose requests they may answer, be it as a"
    said += " deputy. What a line depends on (claims, times, a yes, other rules) is told in it."
    said += " Exit code 0: something is allowed, held or may be asked for; 1: nothing is."
    can = actions.add_parser("what-can", help="tell what a person can do", description=said)
    can.add_argument("user", metavar="WHO", help="user, as their token names them")
    can.add_argument("--group", action="append", default=[], metavar="NAME", help="group they are in; may be repeated")
    can.add_argument("--folder", type=Path, help=folder_help())
    can.add_argument("--at", metavar="TIME", help=_AT)
    can.set_defaults(func=run_what)


def _upstream(args: argparse.Namespace, policies: PolicySet) -> str:
    if args.upstream:
        return str(args.upstream)
    there, host = settings(), urlsplit(args.url or "").hostname
    known = there.upstreams if there else {}
    if by_host := [name for name, upstream in known.items() if host in upstream.hosts]:
        return by_host[0]
    if len(known) == 1 and host is None:
        return next(iter(known))
    if any(check.about == "upstreams" for rule in policies.rules for check in rule.checks):
        names = ", ".join(known) or "none, as there are no settings"
        raise VecgateError(f"rules depend on the database; say which with --upstream. Known: {names}.")
    return "(any)"


def _claims(file: Path) -> dict[str, Any]:
    try:
        tree = strict_json.parse(read(file))
    except strict_json.NotStrict as e:
        raise VecgateError(f"{file}: {e}") from e
    if not isinstance(tree, dict):
        raise VecgateError(f"{file}: claims are a JSON object")
    return tree


def _principal(args: argparse.Namespace) -> Principal:
    """Whom the claims name. Nothing is proven here: whoever runs this may try out any caller."""
    claims, there = _claims(args.claims), settings()
    issuer = next((i for i in there.issuers if i.issuer == claims.get("iss")), None) if there else None
    user_claim = args.user_claim or (issuer.user_claim if issuer else "sub")
    groups_claim = args.groups_claim or (issuer.groups_claim if issuer else "groups")
    user, groups = claim(claims, user_claim), claim(claims, groups_claim)
    groups = [] if groups is ABSENT else groups
    if not isinstance(user, str) or not user:
        raise VecgateError(f"{args.claims}: the claim '{user_claim}' must name the user")
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise VecgateError(f"{args.claims}: the claim '{groups_claim}' must be a list of texts")
    subject = str(claims.get("sub", user))
    return Principal(str(claims.get("iss", "")), subject, user, frozenset(groups), float("inf"), claims)


def run_explain(args: argparse.Namespace) -> int:
    """0 when it would be allowed, 1 when it would be held, denied or refused."""
    if bool(args.operation) == bool(args.url):
        raise VecgateError("say what is asked for: either METHOD and URL, or --operation KIND")
    policies, principal = load(folder(args.folder)), _principal(args)
    upstream = _upstream(args, policies)
    try:
        operation = _operation(args, args.operation) if args.operation else _requested(args, upstream)
    except CallRefused as e:
        print(f"refused before any rule is asked: {e}")
        return NO
    now = Circumstances(_moment(args.at), args.source, _fields(args, operation, upstream), args.records)
    stands, granted = grants(args.grant, principal)
    if stands:
        print(f"access:    {stands}")
    why = explain(policies, principal, operation, upstream, granted, now)
    _offline.show(why, principal, operation, upstream)
    for one in operation.also:  # a no to any of it is a no to all
        _offline.show_besides(explain(policies, principal, one, upstream, granted, now), one)
    if why.decision.effect is Effect.DENY or args.operation:
        return OK if why.decision.effect is Effect.ALLOW else NO
    raw = _offline.raw(args.method, args.url, read(args.body) if args.body else b"")
    refusal = _offline.asks_for_masked(dialect(args.dialect, upstream), raw, operation, policies, why.decision)
    if refusal is not None:
        print(f"but it is refused: {refusal}")
    return OK if why.decision.effect is Effect.ALLOW and refusal is None else NO


def _fields(args: argparse.Namespace, operation: Operation, upstream: str) -> tuple[str, ...] | None:
    """The fields that a request names; of a kind of operation as such nobody can tell."""
    if args.operation:
        return None
    raw = _offline.raw(args.method, args.url, read(args.body) if args.body else b"")
    return _offline.fields(dialect(args.dialect, upstream), raw, operation)


def _moment(given: str | None) -> float:
    try:
        return time.time() if given is None else parse_moment(given, end=False)
    except ValueError as e:
        raise VecgateError(str(e)) from e


def _requested(args: argparse.Namespace, upstream: str) -> Operation:
    reads = _offline.reader(dialect(args.dialect, upstream))
    try:
        return reads(args.method, args.url, read(args.body) if args.body else b"", args.collection)
    except CallRefused as e:
        if args.body is None and e.refusal.code == "body.unreadable":
            raise CallRefused(refuse("body.unreadable", cause="missing", detail=_NEEDS_BODY)) from e
        raise


def _operation(args: argparse.Namespace, kind: str) -> Operation:
    """A kind of operation as such, at the place that is named; no dialect is asked."""
    if kind not in OPERATION_KINDS:
        raise VecgateError(unknown("operation", kind, OPERATION_KINDS))
    names = (args.collection,) if args.collection else ()
    return Operation("any", kind, kind, 0, args.tenant, args.database, names)


def run_what(args: argparse.Namespace) -> int:
    """0 when they can do something."""
    policies, groups = load(folder(args.folder)), frozenset(args.group)
    around = _around(args, policies)
    found = [*what(policies, args.user, groups, around)]
    for one in (*found, *answers(policies, args.user, groups, around)):
        print(one)
    if not found:
        print(f"no rule is about {args.user}{f' of {", ".join(args.group)}' if args.group else ''}")
    return OK if around.observed or any(one.entry.lets for one in found) else NO


def _around(args: argparse.Namespace, policies: PolicySet) -> Around:
    """What time it is, and whether it is only observed; says so first."""
    there, at = settings(), _moment(args.at)
    observed = there.observed.words(at) if there is not None and there.observed is not None else ""
    if observed and there is not None and there.observed is not None:
        print(f"{observed}; what no rule lets one do passes, shown with '{there.observed.mask_at(at)}'")
    return Around.of(policies, at, "mode: observe" if observed else "")


def run_who(args: argparse.Namespace) -> int:
    """0 when somebody can do it."""
    if args.operation not in OPERATIONS:
        raise VecgateError(unknown("operation", args.operation, OPERATIONS))
    policies, found = load(folder(args.folder)), dict[tuple[Entry, ...], list[str]]()
    around = _around(args, policies)
    for kind in sorted(expand(args.operation), key=[*OPERATION_KINDS].index):
        found.setdefault(tuple(who(policies, _operation(args, kind), args.upstream, around)), []).append(kind)
    for entries, kinds in found.items():
        place = args.collection or "any collection"
        print(f"{', '.join(kinds)} on {place}:{'' if entries else ' nobody, as no rule is about it'}")
        for entry in entries:
            print(f"  {entry}")
    return OK if any(entry.lets for entries in found for entry in entries) else NO
