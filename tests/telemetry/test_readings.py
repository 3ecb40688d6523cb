"""Numbers and probes of a gate: there from the start, and true while everything else is away."""

from pathlib import Path

import pytest

from test_gate import settings
from vecgate.gate import Gate
from vecgate.refusals.errors import Unavailable
from vecgate.state import worker_number as place
from vecgate.state.worker_number import WorkerNumber
from vecgate.telemetry.metrics import Readings
from vecgate.telemetry.readings import probes, readings, told


async def test_what_is_away_is_named_and_numbers_are_there_from_the_start(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    assert list(probes(gate)) == ["gate"]
    with pytest.raises(Unavailable, match="gate"):
        probes(gate)["gate"]()
    assert readings(gate) == Readings()
    await gate.open()
    try:
        there = probes(gate)
        assert list(there) == ["policies", "state", "masker", "journal", "issuers", "vault", "masking_key"]
        named = {"policies": "policy", "masker": "masker", "journal": "journal", "issuers": "keys", "vault": "vault"}
        for name, said in named.items():
            with pytest.raises(Unavailable, match=said):
                there[name]()
        with pytest.raises(Unavailable, match="state"):
            await gate.store.ping()
        gate.recorder.check()  # its folder is there; what is away is the key
        around = readings(gate)
        assert around.recording_free_bytes > 0
        assert not any(around.parts[part] for part in ("policies", "issuers", "vault", "journal", "state", "masker"))
        assert told(gate)["parts"]["vault"]["state"] == "away"
    finally:
        await gate.close()
    assert list(probes(gate)) == ["gate"]


def test_what_only_the_proxy_counts_is_among_the_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "_here", [WorkerNumber(restarts=3)])
    gate = Gate(settings(tmp_path))
    gate.at_the_door = lambda: (5, 2)
    assert readings(gate) == Readings(connections=5, connections_refused=2, worker_restarts=3)
