"""Can every login service's tokens be checked? Its discovery document, its keys, its clock."""

from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

from vecgate.doctor import clock, fetch
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.identity import jwks
from vecgate.identity.keys import DISCOVERY_PATH
from vecgate.parsing import strict_json
from vecgate.refusals.errors import Unavailable, VecgateError
from vecgate.settings.addresses import is_loopback
from vecgate.settings.issuers import Issuer

ABOUT: Final = "issuer"


class _Unusable(VecgateError):
    """What an issuer gives is of no use; the text says what and why."""


async def check(issuer: Issuer, now: Callable[[], float]) -> list[Finding]:
    """Fetches what the gateway fetches, as the gateway does."""
    findings = list(_trusted(issuer))
    try:
        url = await _address(issuer)
        answer = await _get(issuer, url, "keys")
    except _Unusable as e:
        todo = "Correct issuers.issuer, .jwks_url and .ca, or start it: new tokens cannot be checked meanwhile."
        return [*findings, problem(ABOUT, f"{issuer.issuer}: {e}.", todo)]
    findings.append(_keys(issuer, answer.body))
    findings.append(clock.check(f"issuer {issuer.issuer}", answer.date, now(), issuer.leeway))
    return findings


def _trusted(issuer: Issuer) -> Iterable[Finding]:
    url = urlsplit(issuer.jwks_url or issuer.issuer)
    if url.scheme == "https":
        return
    found = f"The keys of {issuer.issuer} are fetched in the clear"
    if is_loopback(url.hostname or ""):
        todo = "Good enough to try things out; where others use this host, fetch them over https."
        yield warning(ABOUT, f"{found}, from this host itself.", todo)
        return
    todo = "Fetch them over https: who can change what is on the way can log in as anyone."
    yield problem(ABOUT, f"{found}.", todo)


async def _get(issuer: Issuer, url: str, what: str) -> fetch.Fetched:
    try:
        answer = await fetch.get(url, issuer.ca, issuer.timeout)
    except Unavailable as e:
        raise _Unusable(f"its {what} cannot be fetched: {str(e).partition(': ')[2]}") from e
    if answer.status != 200:
        raise _Unusable(f"its {what} cannot be fetched: status {answer.status} at {url}")
    return answer


async def _address(issuer: Issuer) -> str:
    """OpenID Connect Discovery 1.0, sections 4 and 4.3."""
    if issuer.jwks_url is not None:
        return issuer.jwks_url
    answer = await _get(issuer, issuer.issuer.rstrip("/") + DISCOVERY_PATH, "discovery document")
    try:
        tree = strict_json.parse(answer.body)
    except strict_json.NotStrict as e:
        raise _Unusable(f"its discovery document cannot be read: {e}") from e
    if not isinstance(tree, dict) or tree.get("issuer") != issuer.issuer:
        raise _Unusable("its discovery document is another issuer's: 'issuer' there must be exactly the one set")
    found = tree.get("jwks_uri")
    if not isinstance(found, str) or not found.startswith(("https://", "http://")):
        raise _Unusable("its discovery document is of no use: it has no 'jwks_uri'")
    if issuer.issuer.startswith("https:") and not found.startswith("https:"):
        raise _Unusable("its discovery document is of no use: 'jwks_uri' is not https")
    return found


def _keys(issuer: Issuer, body: bytes) -> Finding:
    allowed = ", ".join(issuer.algorithms)
    try:
        found = jwks.read(body, issuer.algorithms)
    except strict_json.NotStrict as e:
        return problem(ABOUT, f"{issuer.issuer}: its keys cannot be read: {e}.", "Let jwks_url name its JWK Set.")
    if not found:
        todo = "Let issuers.algorithms name the algorithms it signs with."
        return problem(ABOUT, f"{issuer.issuer} has no usable key for {allowed}.", todo)
    return ok(ABOUT, f"{issuer.issuer} has {len(found)} usable key{'s' if len(found) > 1 else ''} for {allowed}.")
