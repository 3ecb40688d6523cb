"""How is it shown who is asked, and who said what? The same for held calls and requests for access."""

from collections.abc import Sequence

from vecgate.consent.judge import waiting
from vecgate.domain.approval import Approvers, Vote
from vecgate.domain.call import Json


def asked_of(approvers: Approvers, votes: Sequence[Vote]) -> dict[str, Json]:
    """approver_groups, approver_issuers, approvals_needed (of all stages), approvals [{by, at, stage}], and stages.

    Of each stage: name, asked (in words), needed, `state`: done, waiting or later.
    """
    now = waiting(approvers, votes)
    return {
        "approver_groups": [*approvers.groups],
        "approver_issuers": [*approvers.issuers],
        "approvals_needed": approvers.needed,
        "approvals": [{"by": vote.by, "at": vote.at, "stage": vote.stage + 1} for vote in votes],
        "stages": [
            {
                "name": stage.name,
                "asked": str(stage),
                "needed": stage.count,
                "state": "done" if at < now else "waiting" if at == now else "later",
            }
            for at, stage in enumerate(approvers.stages)
        ],
    }
