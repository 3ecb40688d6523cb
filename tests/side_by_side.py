"""How do tests run side by side? All is collected once, then this process forks; each fork takes a file of tests after the other.

What is imported and collected is there in each of them, so that a further one costs next to nothing. What they report is told
and counted here as if it had run here. One that dies fails the tests of its file that it did not get to.

A server that several files share is started by as few of the forks as can be: files with the same `@pytest.mark.shares(NAME)` go
to the fork that has had one of them, as long as there is something else for the others to do.

    pytest --side-by-side 4
"""

import atexit
import multiprocessing
import os
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import create_terminal_writer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--side-by-side", type=int, default=1, metavar="N", help="fork so many processes that run tests")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    count = session.config.getoption("--side-by-side")
    if count < 2 or session.config.option.collectonly or session.testsfailed:
        return None
    files: dict[Path, list[pytest.Item]] = {}
    for item in session.items:
        files.setdefault(item.path, []).append(item)
    forks: list[_Fork] = []
    try:
        for _ in range(count):
            forks.append(_forked(session, [*files.values()], forks))
        _heard(session, [*files.values()], forks)
    finally:
        for fork in forks:
            fork.end()
    return True


class _Fork:
    """One process that runs tests, as this one sees it: what is not told yet of its file, and what it has started."""

    def __init__(self, pid: int, line: "Connection[Any, Any]") -> None:
        self.pid, self.line = pid, line
        self.left: dict[str, pytest.Item] = {}
        self.shared: set[str] = set()

    def end(self) -> None:
        self.line.close()  # whoever still has something to tell ends by that
        os.waitpid(self.pid, 0)


def _forked(session: pytest.Session, files: list[list[pytest.Item]], others: list[_Fork]) -> _Fork:
    here, there = multiprocessing.Pipe()
    folders: Any = session.config._tmp_path_factory  # type: ignore[attr-defined]
    folders.getbasetemp()
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        there.close()
        return _Fork(pid, here)
    atexit._clear()
    for line in (here, *(other.line for other in others)):
        line.close()
    code = 1
    try:
        folders._basetemp = folders.mktemp(f"side-{len(others)}", numbered=False)
        _run(session, _taken(files, there), there)
        code = 0
    finally:
        atexit._run_exitfuncs()
        os._exit(code)


def _taken(files: list[list[pytest.Item]], line: "Connection[Any, Any]") -> Iterator[pytest.Item]:
    """The tests of the files that are dealt to this process."""
    while True:
        line.send(("next", None))
        number = line.recv()
        if number is None:
            return
        yield from files[number]


def _run(session: pytest.Session, items: Iterator[pytest.Item], line: "Connection[Any, Any]") -> None:
    """Be the process that runs these, and tell of it."""
    config = session.config
    captured: Any = config.pluginmanager.getplugin("capturemanager")
    captured.stop_global_capturing()  # its files are those of all
    captured.start_global_capturing()
    captured.suspend_global_capture()
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    with Path(os.devnull).open("w") as nowhere:
        reporter._tw = create_terminal_writer(config, nowhere)
        config.pluginmanager.register(_Teller(config, line))
        item, next_one = next(items, None), None
        try:
            while item is not None and not (session.shouldfail or session.shouldstop):
                next_one = next(items, None)
                config.hook.pytest_runtest_protocol(item=item, nextitem=next_one)
                item = next_one
        finally:
            config.hook.pytest_sessionfinish(session=session, exitstatus=0)
        line.send(("end", None))


class _Teller:
    """What is reported here is told there."""

    def __init__(self, config: pytest.Config, line: "Connection[Any, Any]") -> None:
        self.config, self.line = config, line

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self.config.hook.pytest_report_to_serializable(config=self.config, report=report)
        self.line.send(("report", told))


class _Dealer:
    """Which file is next for whom? The first in order that nobody else has started a server for, or else the first."""

    def __init__(self, files: list[list[pytest.Item]], forks: list[_Fork]) -> None:
        self.files, self.forks = files, forks
        self.left = {
            number: {str(mark.args[0]) for item in items for mark in item.iter_markers("shares")}
            for number, items in enumerate(files)
        }

    def next(self, fork: _Fork) -> int | None:
        """Its number; none: all are dealt."""
        if not self.left:
            return None
        elsewhere = set().union(*(other.shared for other in self.forks if other is not fork)) - fork.shared
        number = min(self.left, key=lambda number: (len(self.left[number] & elsewhere), number))
        fork.shared |= self.left.pop(number)
        return number


def _heard(session: pytest.Session, files: list[list[pytest.Item]], forks: list[_Fork]) -> None:
    """Report what all of them tell, until all are through, or one fault is enough."""
    by_line = {fork.line: fork for fork in forks}
    dealer = _Dealer(files, forks)
    while by_line:
        for line in wait([*by_line]):
            fork = by_line[line]  # type: ignore[index]
            try:
                if not _told(session, fork, dealer):
                    del by_line[fork.line]
            except (EOFError, OSError):
                del by_line[fork.line]
                _died(session, fork)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)


def _told(session: pytest.Session, fork: _Fork, dealer: _Dealer) -> bool:
    """Whether it goes on, after this that it told."""
    what, told = fork.line.recv()
    if what == "next":
        number = dealer.next(fork)
        fork.line.send(number)
        if number is not None:
            fork.left |= {item.nodeid: item for item in dealer.files[number]}
    elif what == "report":
        report = session.config.hook.pytest_report_from_serializable(config=session.config, data=told)
        _report(session, fork, report)
    return bool(what != "end")


def _report(session: pytest.Session, fork: _Fork, report: pytest.TestReport) -> None:
    if report.when == "teardown":
        fork.left.pop(report.nodeid, None)
    session.config.hook.pytest_runtest_logreport(report=report)


def _died(session: pytest.Session, fork: _Fork) -> None:
    for item in [*fork.left.values()]:
        said = "the process that ran this file of tests died before it had told of this one"
        _report(session, fork, pytest.TestReport(item.nodeid, item.location, {}, "failed", said, "call"))
