"""vecgate policy: check, test and explain policies, without a gateway or a database."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vecgate import dialects
from vecgate.cli import NO, OK, _offline
from vecgate.cli._policy import asking, inventory, proposing, replaying, sealing
from vecgate.cli._policy.folder import DEFAULT_DIALECT, dialect, folder, folder_help, read, settings
from vecgate.consent.on_call import OnCall
from vecgate.policy import load
from vecgate.policy.asked import testing
from vecgate.policy.language import schema
from vecgate.policy.load import PROPOSED, left_aside, proposed, texts_of
from vecgate.policy.review.advice import Surroundings, advice
from vecgate.policy.signed import Seal
from vecgate.policy.watch import unfit
from vecgate.refusals.errors import PolicyError
from vecgate.settings.file import Settings

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate policy`."""
    parser = subparsers.add_parser("policy", help="check, test and explain policies offline", description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_check(actions)
    _add_test(actions)
    asking.register(actions)
    replaying.register(actions)
    proposing.register(actions)
    sealing.register(actions)
    _add_schema(actions)


def _add_check(actions: "Subparsers") -> None:
    said = "Reads the policies as the gateway does, and tells every mistake with file and line. Then it warns of what"
    said += " is allowed but probably not meant: rules that never decide, names nobody knows, people whose client"
    said += " cannot start. Exit code 0: valid, perhaps with warnings; 1: a mistake, or a warning with --strict."
    check = actions.add_parser("check", help="report every mistake in the policies", description=said)
    check.add_argument("folder", nargs="?", type=Path, help=folder_help())
    check.add_argument("--strict", action="store_true", help="take warnings for mistakes")
    there = "file with the names of the collections there are, one a line: tells patterns that fit none of them"
    check.add_argument("--inventory", type=Path, metavar="FILE", help=there)
    inventory.options(check)
    check.set_defaults(func=run_check)


def _add_test(actions: "Subparsers") -> None:
    test = actions.add_parser("test", help="run the *.test.yaml files beside the policies")
    test.add_argument("folder", nargs="?", type=Path, help=folder_help())
    test.add_argument("--dialect", help="dialect of requests in the tests")
    test.add_argument("--coverage", action="store_true", help="tell for each rule how many cases it decided")
    test.set_defaults(func=run_test)


def _add_schema(actions: "Subparsers") -> None:
    made = actions.add_parser("schema", help="print the JSON Schema of policy files")
    made.add_argument("--write", type=Path, metavar="FOLDER", help="write schema.json and README.md's tables there")
    made.set_defaults(func=run_schema)


def _surroundings(where: Path) -> Surroundings:
    """What the settings and the tests know of the names in the policies."""
    known, groups = settings(), testing.groups(where)
    if known is None:
        return Surroundings(
            groups=groups,
            at=time.time(),
            rowless={"": (DEFAULT_DIALECT, dialects.rowless(DEFAULT_DIALECT))},
            unguarded={"": (DEFAULT_DIALECT, dialects.unguarded(DEFAULT_DIALECT))},
        )
    told = known.approvals.on_call  # what webhooks tell lies in the state, and their secrets are the gateway's alone
    calls = OnCall({name: one for name, one in told.items() if one.file is not None}, time.time)
    return Surroundings(
        upstreams=tuple(known.upstreams),
        issuers=tuple(issuer.issuer for issuer in known.issuers),
        audiences=tuple(name for issuer in known.issuers for name in issuer.audiences),
        claims=tuple(claim for issuer in known.issuers for claim in (issuer.user_claim, issuer.groups_claim)),
        groups=groups,
        at=time.time(),
        on_call={name: one.file is None or bool(calls.people(name)) for name, one in told.items()},
        keepless=tuple(name for name, one in known.upstreams.items() if not dialects.kind(one.dialect).snapshots),
        rowless={name: (one.dialect, dialects.rowless(one.dialect)) for name, one in known.upstreams.items()},
        unguarded={name: (one.dialect, dialects.unguarded(one.dialect)) for name, one in known.upstreams.items()},
        starts=any(upstream.dialect == DEFAULT_DIALECT for upstream in known.upstreams.values()),
    )


def _signed(where: Path, known: Settings | None) -> None:
    """Says who signed them. Raises PolicyError where the settings want that two people have."""
    if known is not None and known.policies.signed != "off":
        found = Seal.of(known).check(where, {Path(name).name: text for name, text in texts_of(where).items()})
        print(f"signed by {', '.join(found.people)}" if found is not None else "not signed by two people")


def run_check(args: argparse.Namespace) -> int:
    """0 when the folder holds a valid policy set, and with --strict nothing that is warned of."""
    where = folder(args.folder)
    policies, known = load(where), settings()
    if known is not None and known.masking.key is None and policies.stored_marks:
        raise PolicyError([*policies.stored_marks])
    if known is not None and known.observed is not None and (problems := unfit(policies, known.observed.mask)):
        raise PolicyError(problems)
    _signed(where, known)
    around, tried = _surroundings(where), proposed(where)
    if args.inventory is not None:
        names = read(args.inventory).decode("utf-8", "replace").split("\n")
        around = replace(around, collections=tuple(filter(None, map(str.strip, names))))
    around = replace(around, there=inventory.there(args))
    warnings = advice(policies, around, left_aside(where))
    if tried is not None:  # of the others it is told above
        warnings += [said for said in advice(tried, around) if said.startswith(str(where / PROPOSED))]
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if warnings and args.strict:
        count = "1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
        print(f"{count}, which --strict takes for mistakes", file=sys.stderr)
        return NO
    if tried is not None:
        print(f"proposed, never enforced: {len(tried.rules)} rules with the others, version {tried.version}")
    print(f"ok: {len(policies.rules)} rules, {len(policies.profiles) - 1} mask profiles, version {policies.version}")
    return OK


def run_test(args: argparse.Namespace) -> int:
    """0 when every case passes."""
    where = folder(args.folder)
    policies = load(where)
    report = testing.run(where, policies, _offline.reader(dialect(args.dialect, None)))
    for result in report.failed:
        print(f"FAILED {result.place}: {result.name}")
        for failure in result.failures:
            print(f"  {failure}")
    for one in policies.rules if args.coverage else ():
        print(f"{report.decided.get(one.rule.name, 0):5}  {one.rule.name} ({one.place})")
    if args.coverage:
        seen = len(policies.rules) - len(report.untested)
        print(f"cases see {seen} of {len(policies.rules)} rules decide")
    for rule in report.untested:
        print(f"note: no test sees rule '{rule}' decide", file=sys.stderr)
    print(f"{len(report.results) - len(report.failed)} of {len(report.results)} cases passed")
    return NO if report.failed else OK


def run_schema(args: argparse.Namespace) -> int:
    """Prints the schema, or writes it and the generated tables into a folder."""
    if args.write is None:
        print(schema.schema_text(), end="")
        return OK
    readme = args.write / "README.md"
    readme.write_text(schema.fill(read(readme).decode("utf-8")), "utf-8")
    (args.write / "schema.json").write_text(schema.schema_text(), "utf-8")
    return OK
