"""What does a gate look like to whoever watches it? Its numbers at this moment, and whether its parts are there."""

from dataclasses import replace
from typing import Any, Protocol

from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.file import Settings
from vecgate.state.worker_number import here
from vecgate.telemetry.metrics import Readings
from vecgate.telemetry.server import Probe
from vecgate.telemetry.standing import OK, PARTS, Standing
from vecgate.telemetry.watched import Watched


class Looked(Watched, Protocol):
    """A gate whose parts are looked at in the background."""

    standing: Standing


def readings(gate: Looked) -> Readings:
    """What is so at this moment, for whoever scrapes."""
    connections, refused = gate.at_the_door()
    around = Readings(connections=connections, connections_refused=refused, worker_restarts=here().restarts)
    if not gate.is_open:
        return around
    policies, workers = gate.policies.loaded, gate.masking.workers
    return replace(
        around,
        policy=policies.version if policies else "",
        held=gate.board.waiting,
        grants=gate.access.live.count,
        locks=gate.guards.barred.count,
        observing=int(bool(observing(gate.settings, gate.standing.now()))),
        leases=gate.leases.count,
        sessions=gate.recorder.count,
        masker_queue=workers.waiting,
        masker_workers=len(workers.pids),
        masker_restarts=workers.restarts,
        texts_remembered=workers.counts["remembered"],
        texts_shared=workers.counts["shared"],
        texts_analysed=workers.counts["analysed"],
        writes_passed_over=gate.masking.ingest.dropped,
        oldest_hold_seconds=_oldest(gate),
        policies_stale_seconds=gate.standing.stale_seconds(),
        recording_free_bytes=gate.recorder.free(),
        parts={part: gate.standing.of(part).state == OK for part in PARTS},
        upstreams={name: look["state"] == OK for name, look in gate.standing.upstreams.items()},
        sinks={name: look["state"] == OK for name, look in gate.notices.standing.items()},
        certificates=gate.standing.certificates
        | {f"database {name}": end for name, end in gate.wire.peers_end().items()},
    )


def probes(gate: Looked) -> dict[str, Probe]:
    """What must be there for a request to get through, by name."""
    if not gate.is_open:
        return {"gate": _closed}
    return {
        "policies": lambda: gate.policies.current,
        "state": gate.store.check,
        "masker": gate.masking.workers.check,
        "journal": gate.standing.journal,
        "issuers": gate.standing.issuers,
        "vault": gate.standing.vault,
        "masking_key": gate.standing.masking_key,
    }


def told(gate: Looked) -> dict[str, Any]:
    """Every part with how it stands and since when, the databases, and the disk."""
    if not gate.is_open:
        return {}
    looks = gate.standing
    said = observing(gate.settings, gate.standing.now())
    return {
        **({"observing": said} if said else {}),
        "parts": looks.words(),
        "upstreams": {name: look["state"] for name, look in looks.upstreams.items()},
        "disk_free": gate.recorder.free(),
    }


def observing(settings: Settings, at: float) -> str:
    """What is said of a gateway that enforces no refusals by policy; empty: it does."""
    return settings.observed.words(at) if settings.observed is not None else ""


def _oldest(gate: Looked) -> float:
    return max(gate.standing.now() - min(gate.held.values()), 0.0) if gate.held else 0.0


def _closed() -> None:
    raise Unavailable(Part.GATE, "not open")
