"""How much memory does a process take while something is done to it, with all that it started? From /proc.

with growth(pid) as grown: attack()
assert grown() < allowed
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_LINES: Final = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB$", re.MULTILINE)
_RESET_PEAK: Final = "5"


def _parent(process: Path) -> int:
    with suppress(OSError):  # it has just ended
        return int((process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    return 0


def family(pid: int) -> set[int]:
    """A process and its descendants."""
    parents = {int(p.name): _parent(p) for p in Path("/proc").iterdir() if p.name.isdigit()}
    found = {pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


def _sizes(pid: int) -> dict[str, int]:
    """Resident bytes now (VmRSS), and the most since the peak was reset (VmHWM)."""
    with suppress(OSError):
        return {
            name: int(kilobytes) * 1024 for name, kilobytes in _LINES.findall(Path(f"/proc/{pid}/status").read_text())
        }
    return {}


@contextmanager
def growth(pid: int | None) -> Iterator[Callable[[], int]]:
    """Tells by how many bytes the process and its descendants were ever larger, meanwhile, than at the beginning."""
    assert pid is not None, "it does not run"
    before = {}
    for one in family(pid):
        with suppress(OSError):
            Path(f"/proc/{one}/clear_refs").write_text(_RESET_PEAK)
            before[one] = _sizes(one).get("VmRSS", 0)
    yield lambda: sum(_sizes(one).get("VmHWM", 0) - size for one, size in before.items())
