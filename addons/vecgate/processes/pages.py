"""In how many pages does what this process holds lie? In few large ones, where Linux has them.

A search walks over more memory than a core can look up the pages of at once (code, settings, caches: some 100 MB in
pages of 4 KB), so that most steps begin with a walk through tables, which a virtual machine makes twice as long.
"""

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_HUGE: Final = Path("/sys/kernel/mm/transparent_hugepage")
_MAPS: Final = Path("/proc/self/maps")
#: MADV_COLLAPSE: what is there is moved into a large page, at once (madvise(2), since Linux 6.1).
_COLLAPSE: Final = 25


def stretches(maps: str, size: int) -> Iterator[int]:
    """Where a large page of `size` bytes may begin, by /proc/PID/maps: in memory of its own, of no file or stack."""
    for line in maps.splitlines():
        where, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights != "rw-p" or name not in ([], ["[heap]"]):
            continue
        start, end = (int(one, 16) for one in where.split("-"))
        yield from range(-(-start // size) * size, end - size + 1, size)


def gather() -> int:
    """Move what is there now into large pages; into how many.

    None where there are none, where whoever runs the machine wants none (`never`), or there is no memory for them.
    """
    try:
        if "[never]" in (_HUGE / "enabled").read_text():
            return 0
        size = int((_HUGE / "hpage_pmd_size").read_text())
        maps = _MAPS.read_text()
    except (OSError, ValueError):
        return 0
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return sum(advise(at, size, _COLLAPSE) == 0 for at in stretches(maps, size))
