"""With which versions of OpenSearch was this dialect tested, and what lies beside its API (side doors)? Tried against a real 2.19.6."""

from typing import Final

from vecgate.dialects.base.doors import Knock, Said
from vecgate.dialects.base.lucene import doors
from vecgate.dialects.base.reading import HEADERS
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

_PAGE: Final = "https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/index/"
_LOGIN: Final = "https://docs.opensearch.org/latest/security/configuration/security-admin/"
#: An HTTP/1.1 request that asks for HTTP/2, with settings of it as curl sends them (RFC 7540 section 3.2).
_TO_H2C: Final = (
    ("connection", "Upgrade, HTTP2-Settings"),
    ("upgrade", "h2c"),
    ("http2-settings", "AAMAAABkAAQAoAAAAAIAAAAA"),
)


def _h2c(said: Said) -> str | None:
    return (
        "changes over to HTTP/2 in the clear, which a proxy before it does not read (h2c)"
        if said.status == 101
        else None
    )


DOORS: Final = (
    doors.anyone(
        "Run the security plugin (plugins.security.disabled: false) with http.anonymous_auth_enabled: false, or let the port take the gateway alone.",
        _LOGIN,
    ),
    doors.delivered(
        "admin",
        "admin",
        "Give admin a password of its own (OPENSEARCH_INITIAL_ADMIN_PASSWORD), and remove the demo users.",
        _LOGIN,
    ),
    Knock(
        "HTTP/2 in the clear (h2c)",
        Call("GET", "/", headers=_TO_H2C),
        _h2c,
        "Give the server TLS of its own (plugins.security.ssl.http.enabled: true), or have the front drop 'Upgrade'.",
        _LOGIN,
        grave=False,
    ),
    doors.pages(_PAGE),
    *doors.settings(_PAGE),
)
#: Its forks and what it was forked from answer in the same shape.
TESTED: Final = Tested(
    ("2.19", "3.5"),
    Call("GET", "/", headers=HEADERS),
    ("version", "number"),
    also=(("version", "distribution"), "opensearch"),
)
