"""What does a gate look like to whoever watches it? Its numbers at this moment, and whether its parts are there."""

from dataclasses import replace
from typing import TYPE_CHECKING

from vecgate.errors import Unavailable
from vecgate.place import here
from vecgate.telemetry.metrics import Readings
from vecgate.telemetry.server import Probe

if TYPE_CHECKING:
    from vecgate.gate import Gate


def readings(gate: "Gate") -> Readings:
    """What is so at this moment, for whoever scrapes."""
    connections, refused = gate.at_the_door()
    around = Readings(connections=connections, connections_refused=refused, worker_restarts=here().restarts)
    if not gate.is_open:
        return around
    policies, workers = gate.policies.loaded, gate.workers
    return replace(
        around,
        policy=policies.version if policies else "",
        held=gate.board.waiting,
        leases=gate.leases.count,
        sessions=gate.recorder.count,
        masker_queue=workers.waiting,
        masker_workers=len(workers.pids),
        masker_restarts=workers.restarts,
        texts_remembered=workers.counts["remembered"],
        texts_shared=workers.counts["shared"],
        texts_analysed=workers.counts["analysed"],
        writes_passed_over=gate.ingest.dropped,
    )


def probes(gate: "Gate") -> dict[str, Probe]:
    """What must be there for a request to get through, by name."""
    if not gate.is_open:
        return {"gate": _closed}
    return {
        "policies": lambda: gate.policies.current,
        "state": gate.store.check,
        "masker": gate.workers.check,
        "journal": gate.recorder.check,
    }


def _closed() -> None:
    raise Unavailable("gate", "not open")
