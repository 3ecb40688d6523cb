"""How much work is it? Bytecode instructions that ran, and what built-in functions went over: counted, not timed.

The same call counts the same on any machine. What `re`, RE2 and the model do inside is not seen; what they are given
is, as each call of a built-in counts for the length of what it is called on.
"""

import gc
import sys
from collections.abc import Callable, Collection
from threading import get_ident
from types import BuiltinFunctionType, CodeType, MethodDescriptorType
from typing import Any, Final

_TOOL: Final = 4
#: So many characters or items that a built-in goes over count as one instruction.
_AT_ONCE: Final = 32
_SIZED: Final = (str, bytes, bytearray, list, tuple, dict, set, frozenset)
#: They take the same time however long what they are called on is.
_QUICK_WORDS: Final = (
    "append extend pop popleft add discard get setdefault move_to_end popitem startswith endswith isinstance len "
    "iter next type id hash getattr isalnum isalpha isdigit isupper isspace isprintable keys items values "
    "update match fullmatch group span start end"
)
_QUICK: Final = frozenset(_QUICK_WORDS.split())


def counted(work: Callable[[], Any], besides: Collection[str] = ()) -> int:
    """What the work took, in instructions; built-ins with these names go over a part of it only, and do not count."""
    monitoring, taken, here = sys.monitoring, 0, get_ident()
    events = monitoring.events

    def step(_code: CodeType, _offset: int) -> None:
        nonlocal taken
        taken += get_ident() == here  # events are those of all threads

    def call(_code: CodeType, _offset: int, called: object, first: object) -> None:
        nonlocal taken
        if (
            get_ident() != here
            or not isinstance(first, _SIZED)
            or not isinstance(called, BuiltinFunctionType | MethodDescriptorType | type)
        ):
            return
        if called.__name__ not in _QUICK and called.__name__ not in besides:
            taken += len(first) // _AT_ONCE

    monitoring.use_tool_id(_TOOL, "work")
    collects = gc.isenabled()
    gc.disable()  # what others left behind would be tidied up in between
    try:
        monitoring.register_callback(_TOOL, events.INSTRUCTION, step)
        monitoring.register_callback(_TOOL, events.CALL, call)
        monitoring.set_events(_TOOL, events.INSTRUCTION | events.CALL)
        work()
        return taken
    finally:
        monitoring.set_events(_TOOL, 0)
        monitoring.free_tool_id(_TOOL)
        if collects:
            gc.enable()


def growth[T](make: Callable[[int], T], work: Callable[[T], Any], size: int, besides: Collection[str] = ()) -> float:
    """How much more work twice as much is. `make(n)` gives input of that size; making it does not count."""
    work(make(2))  # what is done once in a process
    once, twice = make(size), make(2 * size)
    return counted(lambda: work(twice), besides) / counted(lambda: work(once), besides)
