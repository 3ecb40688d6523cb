"""The same desk as its parts are tried with."""

from desk.conftest import home, stub

__all__ = ["home", "stub"]
