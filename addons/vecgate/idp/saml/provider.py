"""How does a login at the identity provider begin, come back, and end by its logout? Each request and answer once.

A request is remembered until it is answered: one-use, and with the browser that began it. An assertion's id is
remembered for as long as it could count.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vecgate.idp.kept import Kept, mark
from vecgate.idp.logins import Login, Logins
from vecgate.idp.saml import document, messages
from vecgate.idp.saml.document import PROTOCOL, children, only, words
from vecgate.idp.saml.refused import SamlRefused
from vecgate.idp.saml.response import A, P, Responses, moment
from vecgate.idp.saml.signatures import Signatures, certificates
from vecgate.idp.told import LoginSettings, Saml

WAITS: float = 600.0


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """A logout that the provider asked for: whose logins ended, and where the browser goes on to."""

    ended: list[str]
    address: str


class Provider:
    """The one that is trusted. Raises SettingsError for certificates that cannot be used."""

    def __init__(self, told: Saml, around: LoginSettings, kept: Kept, logins: Logins, now: Callable[[], float]) -> None:
        self._told, self._kept, self._logins, self._now = told, kept, logins, now
        self._seconds, url = around.login_seconds, around.url
        self.us, self.here, self.logout = f"{url}/saml/metadata", f"{url}/saml/acs", f"{url}/saml/slo"
        self._signatures = Signatures(certificates(told.certificates), now)
        self._responses = Responses(told, self.us, self.here, self._signatures, now)

    def metadata(self) -> str:
        return messages.metadata(self.us, self.here, self.logout)

    async def begin(self, browser: str) -> str:
        """Where this browser goes to log in. Raises Unavailable('state')."""
        name = messages.new_id()
        await self._kept.new("request", name, {"browser": mark(browser)}, WAITS)
        return messages.login(self._told.sso_url, name, self.us, self.here, self._now())

    async def answered(self, text: str) -> tuple[Login, str]:
        """What a response brings, and the digest of the browser that it is for. Raises SamlRefused, Unavailable."""
        said = self._responses.read(text)
        # First of all for good: a response that is refused below is not tried again with another request.
        left = said.until + self._told.leeway + 60 - self._now()
        if not await self._kept.new("assertion", f"{self._told.entity}\n{said.assertion}", {}, max(60.0, left)):
            raise SamlRefused("saml.replayed")
        asked = await self._kept.take("request", said.answers)
        if asked is None:
            raise SamlRefused("saml.unsolicited")
        now = self._now()
        ends = min(now + self._seconds, said.ends) if said.ends is not None else now + self._seconds
        who = said.user, said.groups, said.amr
        login = Login(*who, min(said.at, now), ends, self._named(said.name), said.index, now)
        return login, str(asked["browser"])

    async def logged_out(self, text: str, state: str) -> LoggedOut:
        """A logout that the provider asks for (SAML profiles 4.4.4.1). Raises SamlRefused, Unavailable."""
        root = document.read(document.decoded(text))
        if root.tag != f"{P}LogoutRequest":
            raise SamlRefused("saml.shape")
        (request,) = self._signatures.signed(root, ".")
        if {one.tag for one in request} - {f"{A}Issuer", f"{A}NameID", f"{{{PROTOCOL}}}SessionIndex"}:
            raise SamlRefused("saml.shape")
        self._responses.head(request)
        if request.get("Destination") != self.logout:
            raise SamlRefused("saml.destination")
        if request.get("NotOnOrAfter") and moment(request, "NotOnOrAfter") + self._told.leeway <= self._now():
            raise SamlRefused("saml.expired")
        name = request.get("ID", "")
        mark = f"{self._told.entity}\n{name}"
        if await self._kept.get("logout", mark) is not None:
            raise SamlRefused("saml.replayed")
        whose = words(only(request, f"{A}NameID", "saml.subject"), "saml.subject")
        indexes = frozenset(words(one) for one in children(request, f"{P}SessionIndex"))
        ended = await self._logins.end_of(self._named(whose), indexes)
        # Once it is done: of one that was cut short the next try counts.
        await self._kept.put("logout", mark, {}, 2 * WAITS)
        back = self._told.logout_url
        return LoggedOut(ended, messages.logged_out(back, name, self.us, self._now(), state) if back else "")

    def _named(self, name: str) -> str:
        return f"{self._told.entity}\n{name}"
