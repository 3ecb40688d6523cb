"""Is what is installed what the gateway was made for? mitmproxy's version and inside, and the masking model."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from vecgate.doctor.finding import Finding, ok, problem, sentence
from vecgate.errors import SettingsError
from vecgate.settings import Masking

ABOUT: Final = "software"


def check(masking: Masking) -> Iterator[Finding]:
    """Loads mitmproxy, which takes a second."""
    from vecgate.proxy import shut

    try:
        shut.self_test()
    except SettingsError as e:
        todo = f"Install mitmproxy {shut.PINNED}, best from vecgate's lock file: the gateway does not start."
        yield from (problem(ABOUT, sentence(said), todo) for said in e.problems)
    else:
        yield ok(ABOUT, f"mitmproxy {shut.PINNED} is the one vecgate is made for.")
    if find_spec(masking.model) is None:
        yield problem(
            ABOUT, f"The masking model {masking.model} is not installed.", "Install it: no answer leaves unmasked."
        )
    else:
        yield ok(ABOUT, f"The masking model {masking.model} is installed.")
