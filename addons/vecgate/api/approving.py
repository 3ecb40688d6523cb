"""How is it shown who is asked, and who said what? The same for held calls and requests for access."""

from collections.abc import Sequence
from typing import Final

import orjson

from vecgate.consent.judge import waiting
from vecgate.domain.approval import Approvers, Signed, Stage, Vote
from vecgate.domain.call import Json
from vecgate.policy.language.values import lasting
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_TEXTS: Final = ("statement", "signature")


def signature(tree: Json) -> Signed | None:
    """The proof that comes with a yes: `{"statement", "signature", "enrolment"}`. Raises CallRefused."""
    if tree is None:
        return None
    said = "'signed' has 'statement', 'signature' (texts) and 'enrolment'"
    if not isinstance(tree, dict) or tree.keys() != {*_TEXTS, "enrolment"}:
        raise CallRefused(refuse("body.unreadable", cause="said", detail=said))
    statement, made = (tree[name] for name in _TEXTS)
    if not isinstance(statement, str) or not isinstance(made, str):
        raise CallRefused(refuse("body.unreadable", cause="said", detail=said))
    return Signed(statement, made, orjson.dumps(tree["enrolment"]).decode())


def asked_of(approvers: Approvers, votes: Sequence[Vote]) -> dict[str, Json]:
    """approver_groups, approver_issuers, approvals_needed (of all stages), approvals [{by, at, stage}], and stages.

    Of each stage: name, asked (in words), needed, `state`: done, waiting or later.
    """
    now = waiting(approvers, votes)
    return {
        "approver_groups": [*approvers.groups],
        "approver_issuers": [*approvers.issuers],
        "approvals_needed": approvers.needed,
        "approvals": [{"by": vote.who, "at": vote.at, "stage": vote.stage + 1} for vote in votes],
        "stages": [
            {
                "name": stage.name,
                "asked": _people(stage),
                "needed": stage.count,
                "state": "done" if at < now else "waiting" if at == now else "later",
            }
            for at, stage in enumerate(approvers.stages)
        ],
    }


def _people(stage: Stage) -> str:
    """Whom a stage asks, and who may answer as well once it has waited."""
    return f"{stage}, or {stage.escalate} once it has waited {lasting(stage.after)}" if stage.after else str(stage)
