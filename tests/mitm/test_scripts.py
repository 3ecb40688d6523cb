"""A script is loaded again while no path is in place: at once when it changed, with pauses when not, and only if it is whole."""

import asyncio
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.addons.script import ScriptLoader
from mitmproxy.test import taddons

from vecgate.mitm.scripts import FIRST_PAUSE, LONGEST_PAUSE, Keeper, compiles, look, script_of

MARK = "import os\nos.environ['VECGATE_TEST_LOADS'] = os.environ.get('VECGATE_TEST_LOADS', '') + '{mark}'\n"
WHOLE = MARK.format(mark="+") + "class Door: pass\ndoor = Door()\naddons = [door]\n"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VECGATE_TEST_LOADS", "")
    path = tmp_path / "gateway.py"
    path.write_text(WHOLE, "utf-8")
    return path


@pytest.fixture
def loader() -> Iterator[ScriptLoader]:
    """mitmproxy's own, in a process of mitmproxy's that does nothing else."""
    with taddons.context() as context:
        made = ScriptLoader()
        context.master.addons.add(made)
        yield made
        context.options.update(scripts=[])


def write(script: Path, text: str) -> None:
    script.write_text(text, "utf-8")


def remove(script: Path) -> None:
    script.unlink()


def options() -> Any:
    return sys.modules["mitmproxy.ctx"].options


async def loads() -> int:
    """How often the script has been loaded; mitmproxy loads one turn of the loop after it is told to."""
    for _ in range(5):
        await asyncio.sleep(0)
    return len(os.environ["VECGATE_TEST_LOADS"])


def kept(script: Path, closed: bool = True) -> Keeper:
    """A keeper that has seen the script once; its own clock stands still, so each look is a call of `poll`."""
    made = Keeper(lambda: closed)
    made._name = str(script)
    made.poll(0.0)
    return made


@pytest.mark.parametrize(
    ("text", "whole"),
    [("", True), (WHOLE, True), ("addons = [", False), ("\0", False)],
    ids=["nothing", "the path", "half of it", "no text"],
)
def test_only_what_is_python_is_worth_a_try(tmp_path: Path, text: str, whole: bool) -> None:
    path = tmp_path / "gateway.py"
    path.write_text(text, "utf-8")
    assert compiles(path) is whole


def test_a_file_that_is_away_is_seen_as_away(tmp_path: Path) -> None:
    assert look(tmp_path / "gateway.py") is None
    assert not compiles(tmp_path / "gateway.py")


def test_a_copy_with_the_same_time_and_size_is_seen_as_another_file(script: Path) -> None:
    before = look(script)
    copy = script.with_suffix(".new")
    copy.write_bytes(script.read_bytes())
    os.utime(copy, ns=(script.stat().st_atime_ns, script.stat().st_mtime_ns))
    copy.replace(script)
    assert look(script) != before


async def test_a_path_that_is_in_place_is_left_alone(script: Path, loader: ScriptLoader) -> None:
    keeper = kept(script, closed=False)
    for now in range(100):
        keeper.poll(float(now))
    assert options().scripts == []


async def test_a_script_mitmproxy_forgot_is_loaded_again(script: Path, loader: ScriptLoader) -> None:
    kept(script).poll(1.0)
    assert options().scripts == [str(script)]
    assert await loads() == 1


async def test_a_script_mitmproxy_still_has_is_loaded_anew_in_its_place(
    script: Path, loader: ScriptLoader, tmp_path: Path
) -> None:
    other = tmp_path / "other.py"
    other.touch()
    options().update(scripts=[str(script), str(other)])
    assert await loads() == 1
    kept(script).poll(1.0)
    assert await loads() == 2
    assert options().scripts == [str(script), str(other)]


async def test_a_script_that_is_away_or_not_whole_is_not_loaded(script: Path, loader: ScriptLoader) -> None:
    remove(script)
    keeper = kept(script)
    keeper.poll(1.0)
    write(script, "addons = [")
    keeper.poll(2.0)
    keeper.poll(3.0)
    assert options().scripts == []


async def test_a_script_that_is_still_being_written_is_waited_for(script: Path, loader: ScriptLoader) -> None:
    keeper = kept(script)
    for number in range(3):
        write(script, f"{WHOLE}# {'.' * number}\n")
        keeper.poll(float(number))
    assert options().scripts == []
    keeper.poll(3.0)
    assert await loads() == 1


async def test_one_that_does_not_help_is_tried_with_growing_pauses(script: Path, loader: ScriptLoader) -> None:
    keeper = kept(script)
    tried = []
    for tick in range(1, 241):
        before = await loads()
        keeper.poll(tick / 2)
        tried += [tick / 2] * (await loads() - before)
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses[:5] == [FIRST_PAUSE, 4.0, 8.0, 16.0, LONGEST_PAUSE]
    assert set(pauses[4:]) == {LONGEST_PAUSE}


async def test_a_changed_one_is_tried_without_a_pause(script: Path, loader: ScriptLoader) -> None:
    keeper = kept(script)
    keeper.poll(1.0)
    assert await loads() == 1
    write(script, f"{WHOLE}# repaired\n")
    keeper.poll(1.5)
    keeper.poll(2.0)
    assert await loads() == 2


async def test_an_addon_knows_the_script_it_came_with(script: Path, loader: ScriptLoader) -> None:
    options().update(scripts=[str(script)])
    await loads()
    assert script_of(loader.addons[0].ns.door) == str(script)
    assert script_of(object()) is None


def test_without_scripts_no_addon_came_with_one() -> None:
    with taddons.context():
        assert script_of(object()) is None
