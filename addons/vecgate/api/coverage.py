"""Do the policies in use say what their authors meant? The tests beside them, run, and which rules these see decide.

    GET /.vecgate/v1/policy/coverage
        {"policy", "cases", "failed": [{"name", "place", "failures"}], "rules": [{"rule", "place", "cases"}], "problem"}

It takes a rule that names `policies_read`. `problem` says why nothing was run: there is no test, or one cannot be read.
The tests are run off the loop, one run of a worker at a time.
"""

import asyncio
from pathlib import Path
from typing import Final

from vecgate.api.own import Answered
from vecgate.api.policies import AskedOfPolicies
from vecgate.dialects import Dialect
from vecgate.dialects.base.offline import reads
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange
from vecgate.policy.asked import testing
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.refusals.errors import PolicyError

#: So many failures, and problems, are told.
MOST: Final = 50
_TURN: Final = asyncio.Lock()


class Coverage(AskedOfPolicies):
    """What the tests beside the policies come to. Requests in them are read as by the database that is asked here."""

    name = "policy_coverage"

    async def answer(self, exchange: Exchange) -> Answered:
        policies = self._parts.policies
        async with _TURN:
            told = await asyncio.to_thread(covered, policies.folder, policies.current, type(self._dialect))
        return Answered(told, {"asked": self.name})


def covered(folder: Path, policies: PolicySet, kind: type[Dialect]) -> Json:
    """Run them; blocks."""
    nothing: dict[str, Json] = {"policy": policies.version, "cases": 0, "failed": [], "rules": [], "problem": ""}
    try:
        report = testing.run(folder, policies, reads(kind))
    except PolicyError as e:
        return nothing | {"problem": "; ".join(e.problems[:MOST])}
    except OSError as e:
        return nothing | {"problem": f"cannot be read: {e.strerror}"}
    failed: list[Json] = [
        {"name": one.name, "place": one.place, "failures": [*one.failures]} for one in report.failed[:MOST]
    ]
    rules: list[Json] = [
        {"rule": one.rule.name, "place": one.place, "cases": report.decided.get(one.rule.name, 0)}
        for one in policies.rules
    ]
    return nothing | {"cases": len(report.results), "failed": failed, "rules": rules}
