"""Who on this host may read or change a file? Its mode, and whether others can get to it at all."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vecgate.doctor.finding import Finding, ok, problem, warning

_OTHERS: Final = 0o007
_GROUP: Final = 0o070
_READ: Final = 0o444
_WRITE: Final = 0o222


def reachable(path: Path) -> int:
    """The permission bits of group and others that folders above it leave them. Raises OSError."""
    bits = path.stat().st_mode & (_GROUP | _OTHERS)
    for folder in path.resolve().parents:
        above = folder.stat().st_mode
        if not above & 0o001:
            bits &= ~_OTHERS
        if not above & 0o011:
            bits &= ~_GROUP
    return bits


def given_by_group(status: os.stat_result) -> bool:
    """Whether the group is how a service gets at a file of root's, and nobody else does.

    So it is in a Kubernetes volume (root:fsGroup 0440), and with a systemd credential (root:root 0440, where the
    group's bits stand for an access list that names the service).
    """
    if status.st_uid != 0 or os.geteuid() == 0:
        return False
    return status.st_gid in {0, os.getegid(), *os.getgroups()} and not status.st_mode & 0o020


def secret(about: str, path: Path, what: str) -> Finding:
    """A file, or a folder, that only its owner should get at, wherever it lies: backups keep its mode."""
    try:
        status = path.stat()
    except OSError as e:
        return problem(about, f"{what} {path} cannot be used: {e.strerror}.", "Create it, owned by the gateway's user.")
    mode = stat.S_IMODE(status.st_mode)
    fix = f"chmod {'700' if stat.S_ISDIR(status.st_mode) else '600'} {path}"
    if mode & _OTHERS:
        return problem(about, f"{what} {path} is open to every user of this host (mode {mode:04o}).", f"Run: {fix}")
    if mode & _GROUP and not given_by_group(status):
        return warning(about, f"{what} {path} is open to its group (mode {mode:04o}).", f"Run: {fix}")
    return ok(about, f"{what} {path} is only for its owner (mode {mode:04o}).")


def settings(path: Path, *, has_password: bool) -> Iterator[Finding]:
    """The settings file: nobody else may change it, nor, with a password in it, read it."""
    about = "settings"
    try:
        bits = reachable(path)
    except OSError as e:
        yield problem(about, f"{path} cannot be read: {e.strerror}.", "Give the gateway's user access to it.")
        return
    if bits & _WRITE:
        yield problem(about, f"{path} can be changed by others than its owner.", f"Run: chmod go-w {path}")
    elif bits & _READ & _OTHERS and has_password:
        yield problem(about, f"{path} holds a password and every user can read it.", f"Run: chmod 600 {path}")
    elif bits & _READ & _OTHERS:
        yield warning(about, f"{path} can be read by every user of this host.", f"Run: chmod o-r {path}")
    else:
        yield ok(about, f"{path} is valid, and no other user can change it.")


def writable_by_others(paths: list[Path]) -> list[Path]:
    """Those that every user of this host can change. Raises OSError."""
    return [path for path in paths if reachable(path) & _WRITE & _OTHERS]
