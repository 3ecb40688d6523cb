"""Is what is installed what the gateway was made for? mitmproxy's version and inside, and the masking models."""

from collections.abc import Iterator
from typing import Final

from vecgate.doctor.finding import Finding, ok, problem, sentence
from vecgate.refusals.errors import SettingsError
from vecgate.settings.masking import Masking

ABOUT: Final = "software"


def check(masking: Masking) -> Iterator[Finding]:
    """Loads mitmproxy and spaCy, which takes some seconds."""
    from vecgate.mitm import patched

    try:
        patched.check()
    except SettingsError as e:
        todo = f"Install mitmproxy {patched.PINNED}, best from vecgate's lock file: the gateway does not start."
        yield from (problem(ABOUT, sentence(said), todo) for said in e.problems)
    else:
        yield ok(ABOUT, f"mitmproxy {patched.PINNED} is the one vecgate is made for.")
    yield from _models(masking)


def _models(masking: Masking) -> Iterator[Finding]:
    from vecgate.masking.detect.model import ModelRefused, verified

    todo = "Install it, or correct 'masking' in the settings: no answer leaves unmasked."
    named = {masking.model: masking.model_sha256} | {one.model: one.sha256 for one in masking.languages.values()}
    for name, pinned in named.items():
        try:
            verified(name, pinned)
        except ModelRefused as e:
            yield problem(ABOUT, sentence(str(e)), todo)
        else:
            yield ok(ABOUT, f"The masking model {name} is there, and is the one that is meant.")
