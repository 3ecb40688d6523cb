"""Which stage waits for whom, and who has said what? Lines for a terminal, of the gateway's JSON."""

from typing import Any, Final

from vecgate.cli._gateway import safe

_STATES: Final = {"done": "has agreed", "waiting": "is waited for", "later": "comes later"}


def approvers(asked: dict[str, Any]) -> str:
    """Who is asked, in one line."""
    at = f", logged in at {' or '.join(asked['approver_issuers'])}" if asked["approver_issuers"] else ""
    return ", then ".join(stage["asked"] for stage in asked["stages"]) + at


def stages(asked: dict[str, Any]) -> list[str]:
    """One line for each stage, where there are several."""
    if len(asked["stages"]) < 2:
        return []
    lines = []
    for number, stage in enumerate(asked["stages"], 1):
        said = [vote["by"] for vote in asked["approvals"] if vote["stage"] == number]
        name = f" {stage['name']}" if stage["name"] else ""
        by = f"; yes: {', '.join(said)}" if said else ""
        lines.append(safe(f"stage {number}{name}: {stage['asked']} {_STATES[stage['state']]}{by}"))
    return lines
