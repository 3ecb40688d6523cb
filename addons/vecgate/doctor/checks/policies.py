"""Are the policies valid, do their tests pass, and what in them deserves a look?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vecgate.consent.enrolled import Unproven
from vecgate.doctor import files
from vecgate.doctor.finding import Finding, ok, problem, sentence, warning
from vecgate.policy import PolicySet, load
from vecgate.policy.asked import testing
from vecgate.policy.asked.testing import Reader
from vecgate.policy.language.times import said as said_moment
from vecgate.policy.load import left_aside, texts_of
from vecgate.policy.review.advice import Surroundings, advice
from vecgate.policy.signed import Seal
from vecgate.policy.watch import unfit
from vecgate.refusals.errors import PolicyError, VecgateError

ABOUT: Final = "policies"
#: Seconds before signatures run out at which somebody should know.
_SOON: Final = 14 * 86400.0


def check(
    folder: Path,
    reader: Reader,
    *,
    keyed: bool = True,
    issuers: tuple[str, ...] = (),
    observed: str = "",
    shown: str | None = None,
    seal: Seal | None = None,
) -> Iterator[Finding]:
    """`reader` reads the requests of the tests beside the policies; it must not be called inside a running loop.

    `keyed`: whether the settings name the key that marks of values are made with; `issuers`: those that they name.
    `observed`: what is said of refusals that are only observed, which are `shown` under that mask profile.
    """
    try:
        policies = load(folder)
    except PolicyError as e:
        todo = "Correct it ('vecgate policy check'): without valid policies every request is refused."
        yield from (problem(ABOUT, sentence(said), todo) for said in e.problems)
        return
    yield from _observed(policies, observed, shown)
    yield from _signed(folder, seal)
    yield ok(ABOUT, f"{folder} holds {len(policies.rules)} rules, version {policies.version}.")
    masks = set(policies.warnings)
    for said in advice(policies, Surroundings(issuers=issuers, groups=testing.groups(folder)), left_aside(folder)):
        todo = (
            "Give the rule a mask profile, unless it is meant." if said in masks else "Change it, unless it is meant."
        )
        yield warning(ABOUT, sentence(said), todo)
    if not keyed:
        todo = "Set masking.key: until then every request is refused."
        yield from (problem(ABOUT, sentence(said), todo) for said in policies.stored_marks)
        yield from _marks_that_end(policies)
    yield from _writable(folder)
    yield from _tests(folder, policies, reader)


def _signed(folder: Path, seal: Seal | None) -> Iterator[Finding]:
    if seal is None or seal.signed == "off":
        return
    try:
        found = seal.proven(folder, {Path(name).name: text for name, text in texts_of(folder).items()})
    except Unproven as e:
        told = problem if seal.signed == "require" else warning
        yield told(ABOUT, f"They are not signed by two people: {e}.", "Run 'vecgate policy sign'.")
        return
    yield ok(ABOUT, f"They are signed by {', '.join(found.people)}.")
    if found.until - seal.now() < _SOON:
        todo = "Enrol the signers anew and have them signed again: after that no gateway starts with them."
        yield warning(ABOUT, f"Their signatures count only until {said_moment(found.until)}.", todo)


def _observed(policies: PolicySet, observed: str, shown: str | None) -> Iterator[Finding]:
    if observed:
        todo = "Look at what would be refused ('vecgate policy propose'), then set 'mode: enforce'."
        yield warning(ABOUT, f"{observed}.", todo)
        for said in unfit(policies, shown):
            yield problem(ABOUT, sentence(said), "Name the strictest profile: until then nothing passes.")


def _marks_that_end(policies: PolicySet) -> Iterator[Finding]:
    names = ", ".join(sorted(profile.name for profile in policies.profiles.values() if profile.keyed))
    if names:
        said = (
            f"These mask profiles make hashes, pseudonyms, tokens or date shifts, but masking.key is not set: {names}."
        )
        yield warning(ABOUT, said, "Set it: without it, nothing joins and no token opens after a restart.")


def _writable(folder: Path) -> Iterator[Finding]:
    for path in files.writable_by_others([folder, *sorted(folder.glob("*.yaml"))]):
        yield problem(ABOUT, f"Every user of this host can change {path}.", f"Run: chmod o-w {path}")


def _tests(folder: Path, policies: PolicySet, reader: Reader) -> Iterator[Finding]:
    if not list(folder.glob("*.test.yaml")):
        yield warning(ABOUT, "There is no test beside them.", "Write down who may do what, and who may not.")
        return
    try:
        report = testing.run(folder, policies, reader)
    except PolicyError as e:
        yield from (problem(ABOUT, sentence(said), "Correct the test.") for said in e.problems)
        return
    except VecgateError as e:
        yield problem(ABOUT, f"Their tests cannot be run: {e}.", "Run 'vecgate policy test'.")
        return
    for result in report.failed:
        said = f"{result.place}: {result.name}: {'; '.join(result.failures)}."
        yield problem(ABOUT, said, "Correct the policy, or the test if it is wrong.")
    if not report.failed:
        yield ok(ABOUT, f"Their {len(report.results)} tests pass.")
    if report.untested:
        names = ", ".join(report.untested)
        yield warning(ABOUT, f"No test sees these rules decide: {names}.", "Write one for each.")
