"""Which tests run? All kinds always; of large matrices a seeded sample, unless `--long` asks for all, and the end says so.

`@pytest.mark.long` runs with `--long` only. `@pytest.mark.sample(n, key=value)`: of the parametrised cases in which the
parameter `key` is that value (of all, without one) only so many run. `sample(n, "file", ...)`: so many of all in the file.
A table that one test goes through is sampled by `support.tools.every`.
"""

import random
from collections import Counter, defaultdict
from typing import Any, Final

import pytest

_LEFT: Final = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="whole matrices: every attack in every mode, every case")
    parser.addoption("--seed", type=int, default=0, help="which sample of a matrix runs without --long")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LEFT] = Counter()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long") or not _is_whole(config):
        return
    sampled: dict[str, list[pytest.Item]] = defaultdict(list)
    kept = []
    for item in items:
        mark = next((mark for mark in item.iter_markers("sample") if _fits(item, mark.kwargs)), None)
        if item.get_closest_marker("long"):
            config.stash[_LEFT]["long tests"] += 1
        elif mark is not None:
            among = item.nodeid.partition("::" if "file" in mark.args else "[")[0]
            sampled[f"{among} {mark.kwargs} {mark.args[0]}"].append(item)
        else:
            kept.append(item)
    for name, cases in sampled.items():
        chosen = random.Random(f"{config.getoption('--seed')} {name}").sample(
            cases, min(len(cases), int(name.split()[-1]))
        )
        config.stash[_LEFT]["cases of matrices"] += len(cases) - len(chosen)
        kept.extend(chosen)
    for item in kept:
        if out := getattr(getattr(item, "function", None), "cases_left_out", 0):
            config.stash[_LEFT]["cases of tables"] += out
    order = {item: at for at, item in enumerate(items)}
    left = set(items) - set(kept)
    items[:] = sorted(kept, key=order.__getitem__)
    config.hook.pytest_deselected(items=[*left])


def of_table[Case](config: pytest.Config, name: str, cases: list[Case], many: int) -> list[Case]:
    """Those of a table that run."""
    if config.getoption("--long") or not _is_whole(config) or many >= len(cases):
        return cases
    return random.Random(f"{config.getoption('--seed')} {name}").sample(cases, many)


def _is_whole(config: pytest.Config) -> bool:
    """Whether all tests were asked for: who names one, or a folder, gets it whole."""
    invocation = getattr(config, "workerinput", {}).get("whole")
    return bool(invocation) if invocation is not None else config.args_source is not pytest.Config.ArgsSource.ARGS


def _fits(item: pytest.Item, wanted: dict[str, Any]) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    return all(params.get(name) == value for name, value in wanted.items())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["whole"] = _is_whole(node.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    # Each process collects everything, so each leaves out the same.
    node.config.stash[_LEFT] = Counter(getattr(node, "workeroutput", {}).get("left", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = dict(session.config.stash[_LEFT])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    left = config.stash[_LEFT]
    if left:
        what = " and ".join(f"{count} {name}" for name, count in left.items())
        terminalreporter.write_line(f"a sample (seed {config.getoption('--seed')}): {what} left out; --long runs all")
