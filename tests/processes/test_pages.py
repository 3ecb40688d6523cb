"""What a process holds lies in few large pages, where the kernel has them."""

import subprocess
import sys
from pathlib import Path

import pytest

from vecgate.processes.pages import stretches

MAPS = """\
00400000-00e00000 r-xp 00000000 fe:00 12   /usr/bin/python
00e00000-01600000 rw-p 00000000 fe:00 12   /usr/bin/python
01700000-01f00000 rw-p 00000000 00:00 0    [heap]
7f0000000000-7f0000200000 rw-p 00000000 00:00 0
7f0000300000-7f0000500000 rw-p 00000000 00:00 0
7f0000600000-7f0000a00000 rw-s 00000000 00:01 9   /dev/zero (deleted)
7f0000a00000-7f0000e00000 r--p 00000000 00:00 0
7ffd00000000-7ffd00800000 rw-p 00000000 00:00 0    [stack]
"""
HUGE = Path("/sys/kernel/mm/transparent_hugepage")


def test_only_whole_pages_of_memory_of_its_own() -> None:
    assert [*stretches(MAPS, 1 << 21)] == [0x1800000, 0x1A00000, 0x1C00000, 0x7F0000000000]


def test_what_is_held_lies_in_large_pages() -> None:
    if not (HUGE / "hpage_pmd_size").exists() or "[never]" in (HUGE / "enabled").read_text():
        pytest.skip("this kernel has no large pages, or is to use none")
    program = (
        "from vecgate.processes.pages import gather; held = [*range(1_000_000)]; made = gather();"
        "told = open('/proc/self/smaps').read().split('AnonHugePages:')[1:];"
        "print(made, sum(int(one.split()[0]) for one in told), sum(held))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    made, kilobytes, total = map(int, said.split())
    assert made > 4
    assert kilobytes >= made * 2048
    assert total == 499_999_500_000
