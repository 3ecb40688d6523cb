"""vecgate policy: check, test and explain policies, without a gateway or a database."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from vecgate import dialects
from vecgate.cli import NO, OK, _offline
from vecgate.cli.access import grants
from vecgate.domain.claims import ABSENT, claim
from vecgate.domain.decision import Effect
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.parsing import strict_json
from vecgate.parsing.words import unknown
from vecgate.policy import PolicySet, load
from vecgate.policy.asked import testing
from vecgate.policy.asked.explain import explain
from vecgate.policy.asked.who import Entry, who
from vecgate.policy.language import schema
from vecgate.policy.language.values import OPERATIONS, expand
from vecgate.policy.load import left_aside
from vecgate.policy.review.advice import Surroundings, advice
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, PolicyError, VecgateError
from vecgate.settings.file import ENVIRONMENT_NAME, Settings, from_environment

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

DEFAULT_FOLDER: Final = Path("policies")
DEFAULT_DIALECT: Final = "chroma"
_NEEDS_BODY: Final = "this request needs a body; name a file with it: --body FILE"


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate policy`."""
    parser = subparsers.add_parser("policy", help="check, test and explain policies offline", description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_check(actions)
    _add_test(actions)
    _add_explain(actions)
    _add_who(actions)
    _add_schema(actions)


def _folder_help() -> str:
    return f"policies folder; left out: the one in {ENVIRONMENT_NAME}, or ./{DEFAULT_FOLDER}"


def _add_check(actions: "Subparsers") -> None:
    said = "Reads the policies as the gateway does, and tells every mistake with file and line. Then it warns of what"
    said += " is allowed but probably not meant: rules that never decide, names nobody knows, people whose client"
    said += " cannot start. Exit code 0: valid, perhaps with warnings; 1: a mistake, or a warning with --strict."
    check = actions.add_parser("check", help="report every mistake in the policies", description=said)
    check.add_argument("folder", nargs="?", type=Path, help=_folder_help())
    check.add_argument("--strict", action="store_true", help="take warnings for mistakes")
    check.set_defaults(func=run_check)


def _add_test(actions: "Subparsers") -> None:
    test = actions.add_parser("test", help="run the *.test.yaml files beside the policies")
    test.add_argument("folder", nargs="?", type=Path, help=_folder_help())
    test.add_argument("--dialect", help="dialect of requests in the tests")
    test.set_defaults(func=run_test)


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
    why.add_argument("--folder", type=Path, help=_folder_help())
    why.add_argument("--user-claim", help="claim that names the user; left out: the settings' one, or sub")
    why.add_argument("--groups-claim", help="claim that lists the groups; left out: the settings' one, or groups")
    why.add_argument("--grant", metavar="ID", help="with this access, as if it were granted: asks the gateway for it")
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
    can.add_argument("--folder", type=Path, help=_folder_help())
    can.set_defaults(func=run_who)


def _add_schema(actions: "Subparsers") -> None:
    made = actions.add_parser("schema", help="print the JSON Schema of policy files")
    made.add_argument("--write", type=Path, metavar="FOLDER", help="write schema.json and README.md's tables there")
    made.set_defaults(func=run_schema)


def _settings() -> Settings | None:
    return from_environment() if os.environ.get(ENVIRONMENT_NAME) else None


def _folder(given: Path | None) -> Path:
    settings = None if given else _settings()
    return given or (settings.policies if settings else DEFAULT_FOLDER)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as e:
        raise VecgateError(f"{file}: {e.strerror}") from e


def _surroundings(folder: Path) -> Surroundings:
    """What the settings and the tests know of the names in the policies."""
    settings, groups = _settings(), testing.groups(folder)
    if settings is None:
        return Surroundings(groups=groups, rowless={"": (DEFAULT_DIALECT, dialects.rowless(DEFAULT_DIALECT))})
    return Surroundings(
        upstreams=tuple(settings.upstreams),
        issuers=tuple(issuer.issuer for issuer in settings.issuers),
        audiences=tuple(issuer.audience for issuer in settings.issuers),
        claims=tuple(claim for issuer in settings.issuers for claim in (issuer.user_claim, issuer.groups_claim)),
        groups=groups,
        rowless={name: (one.dialect, dialects.rowless(one.dialect)) for name, one in settings.upstreams.items()},
        starts=any(upstream.dialect == DEFAULT_DIALECT for upstream in settings.upstreams.values()),
    )


def run_check(args: argparse.Namespace) -> int:
    """0 when the folder holds a valid policy set, and with --strict nothing that is warned of."""
    folder = _folder(args.folder)
    policies, settings = load(folder), _settings()
    if settings is not None and settings.masking.key is None and policies.stored_marks:
        raise PolicyError([*policies.stored_marks])
    warnings = advice(policies, _surroundings(folder), left_aside(folder))
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if warnings and args.strict:
        print(f"{len(warnings)} warnings, which --strict takes for mistakes", file=sys.stderr)
        return NO
    print(f"ok: {len(policies.rules)} rules, {len(policies.profiles) - 1} mask profiles, version {policies.version}")
    return OK


def run_test(args: argparse.Namespace) -> int:
    """0 when every case passes."""
    folder = _folder(args.folder)
    report = testing.run(folder, load(folder), _offline.reader(_dialect(args.dialect, None)))
    for result in report.failed:
        print(f"FAILED {result.place}: {result.name}")
        for failure in result.failures:
            print(f"  {failure}")
    for rule in report.untested:
        print(f"note: no test sees rule '{rule}' decide", file=sys.stderr)
    print(f"{len(report.results) - len(report.failed)} of {len(report.results)} cases passed")
    return NO if report.failed else OK


def _dialect(given: str | None, upstream: str | None) -> str:
    if given:
        return given
    settings = _settings()
    known = {u.dialect for n, u in settings.upstreams.items() if upstream in (None, n)} if settings else set()
    return known.pop() if len(known) == 1 else DEFAULT_DIALECT


def _upstream(args: argparse.Namespace, policies: PolicySet) -> str:
    if args.upstream:
        return str(args.upstream)
    settings, host = _settings(), urlsplit(args.url or "").hostname
    known = settings.upstreams if settings else {}
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
        tree = strict_json.parse(_read(file))
    except strict_json.NotStrict as e:
        raise VecgateError(f"{file}: {e}") from e
    if not isinstance(tree, dict):
        raise VecgateError(f"{file}: claims are a JSON object")
    return tree


def _principal(args: argparse.Namespace) -> Principal:
    """Whom the claims name. Nothing is proven here: whoever runs this may try out any caller."""
    claims, settings = _claims(args.claims), _settings()
    issuer = next((i for i in settings.issuers if i.issuer == claims.get("iss")), None) if settings else None
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
    policies, principal = load(_folder(args.folder)), _principal(args)
    upstream = _upstream(args, policies)
    try:
        operation = _operation(args, args.operation) if args.operation else _requested(args, upstream)
    except CallRefused as e:
        print(f"refused before any rule is asked: {e}")
        return NO
    why = explain(policies, principal, operation, upstream, grants(args.grant, principal))
    _offline.show(why, principal, operation, upstream)
    if why.decision.effect is Effect.DENY or args.operation:
        return OK if why.decision.effect is Effect.ALLOW else NO
    raw = _offline.raw(args.method, args.url, _read(args.body) if args.body else b"")
    refusal = _offline.asks_for_masked(_dialect(args.dialect, upstream), raw, operation, policies, why.decision)
    if refusal is not None:
        print(f"but it is refused: {refusal}")
    return OK if why.decision.effect is Effect.ALLOW and refusal is None else NO


def _requested(args: argparse.Namespace, upstream: str) -> Operation:
    read = _offline.reader(_dialect(args.dialect, upstream))
    try:
        return read(args.method, args.url, _read(args.body) if args.body else b"", args.collection)
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


def run_who(args: argparse.Namespace) -> int:
    """0 when somebody can do it."""
    if args.operation not in OPERATIONS:
        raise VecgateError(unknown("operation", args.operation, OPERATIONS))
    policies, found = load(_folder(args.folder)), dict[tuple[Entry, ...], list[str]]()
    for kind in sorted(expand(args.operation), key=[*OPERATION_KINDS].index):
        found.setdefault(tuple(who(policies, _operation(args, kind), args.upstream)), []).append(kind)
    for entries, kinds in found.items():
        place = args.collection or "any collection"
        print(f"{', '.join(kinds)} on {place}:{'' if entries else ' nobody, as no rule is about it'}")
        for entry in entries:
            print(f"  {entry}")
    can = (e for entries in found for e in entries if e.rule.effect is not Effect.DENY and not e.outranked)
    return OK if any(can) else NO


def run_schema(args: argparse.Namespace) -> int:
    """Prints the schema, or writes it and the generated tables into a folder."""
    if args.write is None:
        print(schema.schema_text(), end="")
        return OK
    readme = args.write / "README.md"
    readme.write_text(schema.fill(_read(readme).decode("utf-8")), "utf-8")
    (args.write / "schema.json").write_text(schema.schema_text(), "utf-8")
    return OK
