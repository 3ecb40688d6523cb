"""Where does a login service answer what (discovery, RFC 8414)? By its own word, which must be about itself."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from vecgate.desk import web
from vecgate.desk.places import DeskFailed

#: Of a login service's metadata: `host` is read, of who asks for a code.
HOST: Final = "vecgate_device_host_supported"
_ENDS: Final = (
    "authorization_endpoint",
    "token_endpoint",
    "device_authorization_endpoint",
    "revocation_endpoint",
    "jwks_uri",
)


@dataclass(frozen=True, slots=True)
class Service:
    """A login service. An empty address: it has none. `names_itself`: in what browsers bring back, too (RFC 9207).

    `shows_host`: whoever answers a code is shown what the asking machine calls itself (`vecgate idp`).
    """

    issuer: str
    token_endpoint: str
    authorization_endpoint: str = ""
    device_authorization_endpoint: str = ""
    revocation_endpoint: str = ""
    jwks_uri: str = ""
    names_itself: bool = False
    shows_host: bool = False


def found(issuer: str, ca: str = "") -> Service:
    """The one at this address. Raises DeskFailed."""
    web.checked(issuer, "the login service")
    tree = _metadata(issuer, ca)
    if tree.get("issuer") != issuer:
        raise DeskFailed(
            f"what answers at {issuer} says that it is another, {tree.get('issuer')!r}: give --issuer as it says"
        )
    ends = {name: web.checked(tree[name], f"{name} of {issuer}") for name in _ENDS if tree.get(name)}
    if "token_endpoint" not in ends:
        raise DeskFailed(f"{issuer} has no token_endpoint: nobody logs in there")
    methods = tree.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        ends.pop("authorization_endpoint", None)  # a weaker way to bind a code to us is none
    named = tree.get("authorization_response_iss_parameter_supported") is True
    return Service(issuer, **ends, names_itself=named, shows_host=tree.get(HOST) is True)


def _metadata(issuer: str, ca: str) -> dict[str, Any]:
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    for place in (
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{path}",
    ):
        status, tree = web.ask(place, ca=ca)
        if status == 200 and isinstance(tree, dict):
            return tree
    raise DeskFailed(f"{issuer} does not say where one logs in: there is no .well-known/openid-configuration")
