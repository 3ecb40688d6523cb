"""A login service, and people who log in at a SAML identity provider, of which there are the words alone."""

import base64
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo.stack import Stack
from support.logins import saml_stub
from support.logins.saml_stub import Saying, Signer, packed, signer
from support.logins.served import Browser, Served, running


@dataclass
class Town:
    """The login service, and who signs at the provider."""

    served: Served
    signer: Signer

    def leave(self, visitor: Browser, code: str) -> tuple[str, str]:
        """As far as the provider: the id of the request, and the request."""
        assert visitor.come(code).headers["location"] == "/login"
        assert 'href="/saml/login"' in visitor.open("/login").text
        return self.away(visitor)

    def away(self, visitor: Browser) -> tuple[str, str]:
        """The same for a browser that has come with something to answer."""
        address = visitor.open("/saml/login").headers["location"]
        request = inflated(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
        return request.partition(' ID="')[2].partition('"')[0], request

    def saying(self, answers: str | None, **more: Any) -> Saying:
        url, told = self.served.url, {"id": f"_{uuid.uuid4().hex}", "now": self.served.clock()} | more
        return Saying(f"{url}/saml/metadata", f"{url}/saml/acs", answers, **told)

    def post(self, visitor: Browser, text: str, path: str = "/saml/acs", kind: str = "SAMLResponse") -> Any:
        """As a page of the provider does: without our cookies."""
        return self.served.visitor().line.post(
            path, data={kind: packed(text)}, headers={"origin": "https://idp.example"}
        )

    def log_in(self, visitor: Browser, code: str, **more: Any) -> Any:
        """Up to the question whether that is one's own terminal."""
        answer = self.post(visitor, self.saying(self.leave(visitor, code)[0], **more).response(self.signer))
        assert answer.status_code == 303, answer.text
        back = visitor.open(answer.headers["location"])
        assert back.headers["location"] == "/confirm", back.text
        return visitor.open("/confirm")


def inflated(text: str) -> str:
    return zlib.decompress(base64.b64decode(text), -15).decode()


@contextmanager
def opened(stack: Stack, folder: Path) -> Iterator[Town]:
    by = signer(since=1e9, until=4e9)
    (folder / "idp.pem").write_text(by.pem)
    saml = {
        "entity": saml_stub.ENTITY,
        "sso_url": saml_stub.SSO,
        "logout_url": saml_stub.SLO,
        "certificates": (folder / "idp.pem",),
    }
    with running(stack, folder, saml=saml) as served:
        yield Town(served, by)
