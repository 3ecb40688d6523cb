"""With which versions of OpenSearch was this dialect tested, and what lies beside its API (side doors)? Tried against a real 2.19.6."""

import base64
from typing import Final

from vecgate.dialects.base.doors import Knock, Said, lets_pages_in, preflight, settings_door
from vecgate.dialects.base.reading import HEADERS
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

_SETTINGS: Final = Call(
    "GET",
    "/_cluster/settings",
    query=(("include_defaults", "true"), ("flat_settings", "true")),
    headers=(("accept", "application/json"),),
)
_PAGE: Final = "https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/index/"
_LOGIN: Final = "https://docs.opensearch.org/latest/security/configuration/security-admin/"
#: An HTTP/1.1 request that asks for HTTP/2, with settings of it as curl sends them (RFC 7540 section 3.2).
_TO_H2C: Final = (
    ("connection", "Upgrade, HTTP2-Settings"),
    ("upgrade", "h2c"),
    ("http2-settings", "AAMAAABkAAQAoAAAAAIAAAAA"),
)
_DELIVERED: Final = (("authorization", f"Basic {base64.b64encode(b'admin:admin').decode()}"),)
_ANYONE: Final = "calls without a login"


def _anyone(said: Said) -> str | None:
    return (
        "tells its settings to anyone, without a login"
        if said.status == 200 and said.at("persistent") is not None
        else None
    )


def _delivered(said: Said) -> str | None:
    known = said.status == 200 and said.at("persistent") is not None
    return "lets admin in with the password that it is delivered with (admin:admin)" if known else None


def _h2c(said: Said) -> str | None:
    return (
        "changes over to HTTP/2 in the clear, which a proxy before it does not read (h2c)"
        if said.status == 101
        else None
    )


DOORS: Final = (
    Knock(
        _ANYONE,
        _SETTINGS,
        _anyone,
        "Run the security plugin (plugins.security.disabled: false) with http.anonymous_auth_enabled: false, or let the port take the gateway alone.",
        _LOGIN,
    ),
    Knock(
        "admin with the password it is delivered with",
        Call("GET", _SETTINGS.path, _SETTINGS.query, _DELIVERED),
        _delivered,
        "Give admin a password of its own (OPENSEARCH_INITIAL_ADMIN_PASSWORD), and remove the demo users.",
        _LOGIN,
        unless=_ANYONE,
    ),
    Knock(
        "HTTP/2 in the clear (h2c)",
        Call("GET", "/", headers=_TO_H2C),
        _h2c,
        "Give the server TLS of its own (plugins.security.ssl.http.enabled: true), or have the front drop 'Upgrade'.",
        _LOGIN,
        grave=False,
    ),
    Knock(
        "pages of other sites (CORS)",
        preflight("/_cluster/settings"),
        lets_pages_in,
        "Leave http.cors.enabled out.",
        _PAGE,
    ),
    settings_door(
        _SETTINGS,
        "action.destructive_requires_name",
        ("true", True),
        "a pattern, or _all, drops and closes indices",
        "Set action.destructive_requires_name: true.",
        _PAGE,
    ),
    settings_door(
        _SETTINGS,
        "rest.action.multi.allow_explicit_index",
        ("false", False),
        "a line of a body names any index",
        "Set rest.action.multi.allow_explicit_index: false.",
        _PAGE,
    ),
    settings_door(
        _SETTINGS,
        "script.allowed_types",
        ("none", ["none"]),
        "scripts and stored templates run",
        "Set script.allowed_types: none.",
        _PAGE,
    ),
    settings_door(
        _SETTINGS,
        "action.auto_create_index",
        ("false", False),
        "a write makes an index",
        "Set action.auto_create_index: false.",
        _PAGE,
    ),
)
#: Its forks and what it was forked from answer in the same shape.
TESTED: Final = Tested(
    ("2.19", "3.5"),
    Call("GET", "/", headers=HEADERS),
    ("version", "number"),
    also=(("version", "distribution"), "opensearch"),
)
