"""How is a large table of cases tried by one test? One after the other; those that fail are told by name, all of them.

As pytest.mark.parametrize, for cases that need nothing of their own: a thousand tests take longer to be collected, told
and counted than most of them take to run.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from sampling import of_table

type Test = Callable[..., Any]


def every(
    names: str | Sequence[str], cases: Iterable[Any], ids: Any = None, sample: int | None = None
) -> Callable[[Test], Test]:
    """Call the test with each case, and fail with all that failed. `sample`: only so many of them, without `--long`."""
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]
    table = list(_named(cases, ids, single=isinstance(names, str) and len(keys) == 1))
    assert table, f"no case of {names}"
    calls = [(name, dict(zip(keys, values, strict=True))) for name, values in table]

    def wrap(test: Test) -> Test:
        def chosen(fixtures: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
            return (
                calls if sample is None else of_table(fixtures.pop("request").config, test.__qualname__, calls, sample)
            )

        def called(**fixtures: Any) -> None:
            tried = chosen(fixtures)
            failed = _Failed(len(tried))
            for name, case in tried:
                with failed.told(name):
                    test(**fixtures, **case)
            failed.end()

        async def awaited(**fixtures: Any) -> None:
            tried = chosen(fixtures)
            failed = _Failed(len(tried))
            for name, case in tried:
                with failed.told(name):
                    await test(**fixtures, **case)
            failed.end()

        made = functools.wraps(test)(awaited if inspect.iscoroutinefunction(test) else called)
        signature = inspect.signature(test)
        left = [one for name, one in signature.parameters.items() if name not in keys]
        if sample is not None:
            left.append(inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD))
        vars(made).pop("__wrapped__")
        vars(made)["cases_left_out"] = len(calls) - min(len(calls), sample or len(calls))
        vars(made)["__signature__"] = signature.replace(parameters=left)
        return made

    return wrap


@dataclass
class _Failed:
    of: int
    cases: list[Exception] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @contextmanager
    def told(self, name: str) -> Iterator[None]:
        try:
            yield
        except pytest.skip.Exception as e:
            self.left_out.append(str(e))
        except (Exception, pytest.fail.Exception) as e:  # noqa: BLE001 - told at the end
            e.add_note(f"in the case {name}")
            self.cases.append(e if isinstance(e, Exception) else AssertionError(f"{name}: {e}"))

    def end(self) -> None:
        if self.cases:
            raise ExceptionGroup(f"{len(self.cases)} of {self.of} cases failed", self.cases)
        if len(self.left_out) == self.of:
            pytest.skip(self.left_out[0])


def _named(cases: Iterable[Any], ids: Any, *, single: bool) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Name and values of each case, as `pytest.mark.parametrize` takes them."""
    listed = list(cases)
    names = [*ids] if ids is not None and not callable(ids) else [None] * len(listed)
    for case, name in zip(listed, names, strict=True):
        given = getattr(case, "id", None) if _is_param(case) else name
        values = case.values if _is_param(case) else (case,) if single else tuple(case)
        told = [ids(value) if callable(ids) else None for value in values]
        parts = [str(repr(v) if t is None else t)[:200] for v, t in zip(values, told, strict=True)]
        yield str(given or "-".join(parts)), tuple(values)


def _is_param(case: Any) -> bool:
    return isinstance(case, type(pytest.param()))
