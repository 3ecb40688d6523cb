"""What lies beside a server of OpenSearch or Elasticsearch in the same way (side doors): settings, logins as delivered, CORS?"""

import base64
from typing import Final

from vecgate.dialects.base.doors import Knock, Said, lets_pages_in, preflight, settings_door
from vecgate.domain.call import Call

SETTINGS: Final = Call(
    "GET",
    "/_cluster/settings",
    query=(("include_defaults", "true"), ("flat_settings", "true")),
    headers=(("accept", "application/json"),),
)
_ANYONE: Final = "calls without a login"


def _tells(said: Said) -> bool:
    return said.status == 200 and said.at("persistent") is not None


def anyone(shut_by: str, source: str) -> Knock:
    """Whether it asks for a login."""
    words = "tells its settings to anyone, without a login"
    return Knock(_ANYONE, SETTINGS, lambda said: words if _tells(said) else None, shut_by, source)


def delivered(user: str, password: str, shut_by: str, source: str) -> Knock:
    """Whether it takes the login that it comes with."""
    words = f"lets {user} in with the password that it is delivered with ({user}:{password})"
    login = (("authorization", f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"),)
    return Knock(
        f"{user} with the password it is delivered with",
        Call("GET", SETTINGS.path, SETTINGS.query, login),
        lambda said: words if _tells(said) else None,
        shut_by,
        source,
        unless=_ANYONE,
    )


def pages(source: str) -> Knock:
    """Whether a page of another site may write there."""
    door = "pages of other sites (CORS)"
    return Knock(door, preflight(SETTINGS.path), lets_pages_in, "Leave http.cors.enabled out.", source)


def settings(source: str) -> tuple[Knock, ...]:
    """Its own settings that leave less to overlook."""
    return tuple(
        settings_door(SETTINGS, name, shut, why, f"Set {name}: {wanted}.", source)
        for name, shut, why, wanted in (
            (
                "action.destructive_requires_name",
                ("true", True),
                "a pattern, or _all, drops and closes indices",
                "true",
            ),
            ("rest.action.multi.allow_explicit_index", ("false", False), "a line of a body names any index", "false"),
            ("script.allowed_types", ("none", ["none"]), "scripts and stored templates run", "none"),
            ("action.auto_create_index", ("false", False), "a write makes an index", "false"),
        )
    )
