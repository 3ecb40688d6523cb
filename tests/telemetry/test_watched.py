"""What is watched of a gateway is there in a gateway that is open, and no more of it is named."""

import re
from inspect import getsource
from pathlib import Path

from test_gate import settings
from vecgate.gate import Gate
from vecgate.processes import pulse
from vecgate.telemetry import readings, standing
from vecgate.telemetry.watched import Watched

NAMES = {name for name in vars(Watched) if not name.startswith("_")} | {*Watched.__annotations__}


async def test_every_part_that_is_named_is_there_once_a_gate_is_open(tmp_path: Path) -> None:
    gate = Gate(settings(tmp_path))
    await gate.open()
    try:
        assert [name for name in NAMES if not hasattr(gate, name)] == []
    finally:
        await gate.close()


def test_no_part_is_named_that_nobody_looks_at() -> None:
    text = "".join(map(getsource, (readings, standing, pulse)))
    assert {name for name in NAMES if not re.search(rf"gate\.{name}\b", text)} == set()
