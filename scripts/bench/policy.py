"""How long does a decision take? The same mixed questions against sets of 10, 1,000 and 10,000 rules.

Run as: .venv/bin/python scripts/bench/policy.py [--rules N ...] [--questions N] [--conditions] [--json FILE]

Each question is asked five times and the fastest counts, so what else the machine does stays out of it; the percentiles
are over questions.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.load import from_texts
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.evaluate import PolicySet

RULES: Final = (10, 1_000, 10_000)
REPEATS: Final = 5
_KINDS: Final = ("search", "list_scan", "upsert", "delete_filter", "collection_drop")


#: What every rule asks, with --conditions.
WHEN: Final = "principal.claims.shift == 'day' && in_network(source.address, '10.0.0.0/8')"
NOW: Final = Circumstances(1_800_000_000.0, "10.1.2.3")


def policies(rules: int, when: str = "") -> PolicySet:
    """So many rules: a team each, with its own collections; every tenth holds, every twentieth denies."""
    more = f', when: "{when}"' if when else ""
    lines = ["version: 1", "rules:"]
    for number in range(rules):
        effect = "deny" if number % 20 == 19 else "hold" if number % 10 == 9 else "allow"
        mask = "" if effect == "deny" else " mask: standard,"
        approvers = " approvers: {groups: [owners]}," if effect == "hold" else ""
        lines.append(
            f"  - {{name: rule-{number}, who: {{groups: [team-{number // 3}]}}, "
            f'where: {{collections: ["team-{number // 3}-*"]}}, operations: [{_KINDS[number % 5]}],{mask}{approvers} '
            f"effect: {effect}{more}}}"
        )
    profiles = "version: 1\nmask_profiles: {standard: {default: replace}}\nrules:\n" + _EVERYONE
    return from_texts({"rules.yaml": "\n".join(lines), "profiles.yaml": profiles})


_EVERYONE: Final = """  - name: everyone-handshake
    who: anyone
    where: anywhere
    operations: [health]
    effect: allow
    mask: standard
"""


def questions(rules: int, count: int) -> list[tuple[Principal, Operation]]:
    """People of all teams, half of them about their own collections, each in ten groups of which one counts."""
    asked = []
    for number in range(count):
        team = (number * 7919) % max(1, rules // 3)
        about = team if number % 2 else team + 1
        groups = frozenset({f"team-{team}", *(f"other-{i}" for i in range(9))})
        principal = Principal("https://login", f"p{number}", f"p{number}", groups, 0.0, {"shift": "day"})
        kind = _KINDS[number % 5]
        asked.append((principal, Operation("chroma", kind, kind, 1, collections=(f"team-{about}-notes",))))
    return asked


def measure(rules: int, count: int, when: str = "") -> dict[str, Any]:
    """One row: microseconds per decision, and how often each effect came out."""
    began = time.perf_counter()
    found = policies(rules, when)
    loaded = time.perf_counter() - began
    spent: list[float] = []
    effects: dict[str, int] = {}
    for principal, operation in questions(rules, count):
        fastest = float("inf")
        for _ in range(REPEATS):
            began = time.perf_counter_ns()
            decision = found.evaluate(principal, operation, "tickets-db", (), NOW)
            fastest = min(fastest, time.perf_counter_ns() - began)
        spent.append(fastest / 1000)
        effects[decision.effect.value] = effects.get(decision.effect.value, 0) + 1
    spent.sort()
    return {
        "rules": rules,
        "load_seconds": round(loaded, 3),
        "p50_us": round(statistics.median(spent), 2),
        "p99_us": round(spent[int(len(spent) * 0.99)], 2),
        "effects": effects,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("scripts/bench/policy.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rules", type=int, nargs="+", default=list(RULES), help="sizes of the sets")
    parser.add_argument("--questions", type=int, default=20_000, help="decisions per set (20000)")
    parser.add_argument("--conditions", action="store_true", help="every rule has one, in CEL")
    parser.add_argument("--json", type=Path, help="write the report there too")
    args = parser.parse_args(argv)
    rows = [measure(rules, args.questions, WHEN if args.conditions else "") for rules in args.rules]
    print(f"{'rules':>8} {'load s':>8} {'p50 us':>8} {'p99 us':>8} {'x first':>8}  effects")
    for row in rows:
        ratio = row["p50_us"] / rows[0]["p50_us"]
        numbers = (row["rules"], row["load_seconds"], row["p50_us"], row["p99_us"], f"{ratio:.2f}")
        print(*(f"{number:>8}" for number in numbers), "", row["effects"])
    if args.json:
        args.json.write_text(json.dumps({"rows": rows}, indent=2), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
