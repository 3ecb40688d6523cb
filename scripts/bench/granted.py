"""How long does a decision take with so many grants about? As a worker makes it: its view asked, then the rules.

Each question is asked five times and the fastest counts, so what else the machine does stays out of it; the percentiles
are over questions.
"""

import statistics
import time
from typing import Any, Final

from bench.policy import NOW
from vecgate.access.ledger import Entry, Ledger
from vecgate.access.live import Live
from vecgate.access.request import Asking, Request
from vecgate.domain.approval import Approvers
from vecgate.domain.grant import Terms
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.settings.access import Access
from vecgate.settings.state import State
from vecgate.state.store import Store

EACH: Final = 4
QUESTIONS: Final = 20_000
REPEATS: Final = 5
_KINDS: Final = ("search", "list_scan", "upsert", "delete_filter", "count")
_UPSTREAM: Final = "tickets-db"


def policies(rules: int, when: str = "") -> PolicySet:
    """So many rules, a team each; every fifth lets its team ask for searches of its own. `when`: each asks it."""
    condition = f', when: "{when}"' if when else ""
    lines = ["version: 1", "mask_profiles: {standard: {default: replace}}", "rules:"]
    for number in range(rules):
        asks = number % 5 == 0
        more = ", approvers: {groups: [owners]}, grant: {longest: 8h}" if asks else ""
        lines.append(
            f"  - {{name: rule-{number}, who: {{groups: [team-{number // 5}]}}, mask: standard, "
            f'where: {{collections: ["team-{number // 5}-*"]}}, operations: [{_KINDS[number % 5]}], '
            f"effect: {'request' if asks else 'allow'}{more}{condition}}}"
        )
    return from_texts({"rules.yaml": "\n".join(lines)})


def people(rules: int, number: int) -> list[Principal]:
    """So many, of teams from all over the rules, each in ten groups."""
    found = []
    for one in range(number):
        team = one * 7919 % max(1, rules // 5)
        groups = frozenset({f"team-{team}", *(f"other-{i}" for i in range(9))})
        found.append(Principal("https://login", f"p{one}", f"p{one}", groups, 0.0, {"shift": "day"}))
    return found


def _team(principal: Principal) -> str:
    return next(group for group in principal.groups if group.startswith("team-"))


def view(holders: list[Principal], each: int) -> Live:
    """A worker's view, in which each of these has so many live grants."""
    live, entries = Live(Ledger(Store(State(url="redis://127.0.0.1:1")), Access())), []
    asking = Asking(Approvers.of("owners"), 60.0, "approval", "standard")
    for number, holder in enumerate(holders):
        team = _team(holder)
        for one in range(each):
            terms = Terms(_UPSTREAM, ("search",), (f"{team}-{one}*",), 28800.0, "standard")
            made = Request(
                f"r{number}-{one}", f"rule-{int(team[5:]) * 5}", holder.key, holder.user, terms, terms, asking,
                0.0, 1e12, state="granted", granted=1.0, begun=1.0, ends=1e12,
            )  # fmt: skip
            entries.append(Entry(1, made, 1.0))
    live._take(entries)
    return live


def decisions(found: PolicySet, live: Live, holders: list[Principal], count: int) -> tuple[list[float], int]:
    """Microseconds for each of so many, and how many were under a grant."""
    spent, under = [], 0
    for number in range(count):
        principal = holders[number % len(holders)]
        kind = _KINDS[number // 7 % 5]
        operation = Operation("chroma", kind, kind, 1, collections=(f"{_team(principal)}-{number % EACH}-notes",))
        fastest = float("inf")
        for _ in range(REPEATS):
            began = time.perf_counter_ns()
            decision = found.evaluate(principal, operation, _UPSTREAM, live.of(principal.key), NOW)
            fastest = min(fastest, time.perf_counter_ns() - began)
        spent.append(fastest / 1000)
        under += decision.grant is not None
    return sorted(spent), under


def measure(rules: int, grants: int, count: int = QUESTIONS, when: str = "") -> list[dict[str, Any]]:
    """Without any grant, and with so many. `when`: a condition that each rule has."""
    found, holders = policies(rules, when), people(rules, max(grants // EACH, 1))
    rows: list[dict[str, Any]] = []
    asking = ", a condition each" if when else ""
    for each in (0, EACH):
        decisions(found, view(holders, each), holders, count // 10)  # warm
        spent, under = decisions(found, view(holders, each), holders, count)
        p50 = round(statistics.median(spent), 2)
        first = rows[0]["p50_us"] if rows else p50
        what = f"decision, {rules} rules{asking}, {len(holders) * each} grants ({under * 100 // count} % under one)"
        p99 = round(spent[int(len(spent) * 0.99)], 2)
        rows.append({"what": what, "count": count, "p50_us": p50, "p99_us": p99, "p50_to_first": round(p50 / first, 2)})
    return rows
