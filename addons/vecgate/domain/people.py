"""Are these two logins one person? Nobody can know, so a likeness is enough where another person is asked for.

The same name is written `Alice`, `ALICE`, with an odd space or in full width; login services differ in what they let
people type. It goes one way only: who is alike may not decide, but is not let in to what is the other login's own.
"""

import unicodedata
from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any, Final

from vecgate.domain.principal import Principal

_REMEMBERED: Final = 4096
#: Ignorable by default though no format characters by their category (Default_Ignorable_Code_Point, Unicode 16):
#: variation selectors, fillers, and what is kept for more of them. First and last of each stretch.
_IGNORABLE: Final = (
    (0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
)  # fmt: skip
#: What capital I with a dot, and small i without, are in a Turkish login service: folded they are not `i`.
_TURKISH: Final = (("\u0131", "i"), ("i\u0307", "i"))
#: Before the name of a client; no folded name begins so.
_CLIENT: Final = " client "
#: Claims that name the client a token was issued to: RFC 9068 section 2.2, OIDC Core 3.1.3.7, Entra (v1), Okta.
CLIENTS: Final = ("client_id", "azp", "appid", "cid")
#: Claims that name somebody, where an `act` has them.
CALLED: Final = ("preferred_username", "username", "name", "unique_name", "email", "upn", *CLIENTS)
#: Those of a person's own token that name nobody else, whichever of them a login service is asked for. Two may well
#: have one `name`.
_OWN: Final = ("preferred_username", "username", "unique_name", "email", "upn")


@lru_cache(_REMEMBERED)
def folded(name: str) -> str:
    """One spelling for the spellings of a name: without case, width, composition, invisible characters, odd spaces.

    A Turkish dot more or less is none: `ALICE` is `al\u0131ce` there in small letters.
    """
    plain = unicodedata.normalize("NFKC", "".join(map(_seen, unicodedata.normalize("NFKC", name)))).casefold()
    for written, meant in _TURKISH:
        plain = plain.replace(written, meant)
    return " ".join(unicodedata.normalize("NFKC", plain).split()) or name


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    unseen = any(first <= ord(character) <= last for first, last in _IGNORABLE)
    return "" if unseen or unicodedata.category(character) in ("Cc", "Cf") else character


def behind(principal: Principal) -> frozenset[str]:
    """Every name, folded, of who stands behind a login: its own, whatever else its token calls it by, and of those whom
    it says act with it (`act`).

    Where two have one in common, they may be one person.
    """
    called = (name for claim in _OWN if isinstance(name := principal.claims.get(claim), str) and name.strip())
    itself = _clients(principal) if _is_of_a_client(principal) else frozenset()
    return frozenset(map(folded, (principal.key, principal.user, *called))) | itself | _acting(principal)


def around(principal: Principal) -> frozenset[str]:
    """The same, and the clients that the token was issued to, each marked as one: two people may well use one client,
    and yet be two."""
    return behind(principal) | {_CLIENT + client for client in _clients(principal)}


def meet(some: Set[str], others: Set[str]) -> bool:
    """Whether two may be one, by the names `around` them: both have one, or one is the client of the other."""
    shared = any(not name.startswith(_CLIENT) for name in some & others)
    return shared or _uses(some, others) or _uses(others, some)


def _uses(some: Set[str], others: Set[str]) -> bool:
    return any(name.removeprefix(_CLIENT) in others for name in some if name.startswith(_CLIENT))


def agents(principal: Principal) -> frozenset[str]:
    """Every name, folded, of who uses a person's token: whoever acts with it (`act`), and the client that it was issued
    to (`CLIENTS`)."""
    return _acting(principal) | _clients(principal)


def _clients(principal: Principal) -> frozenset[str]:
    clients = [principal.claims.get(name) for name in CLIENTS]
    return frozenset(folded(client) for client in clients if isinstance(client, str))


def _is_of_a_client(principal: Principal) -> bool:
    """Whether a client got the token for itself, and it is no person's, by what login services write then: its name as
    `sub` (RFC 9068), `NAME@clients` or `gty` (Auth0), `service-account-NAME` (Keycloak), `idtyp`, or an `oid` that is
    the `sub`, and no `scp` (Entra)."""
    said, named = principal.claims, {folded(name) for name in (principal.subject, principal.user)}
    if isinstance(called := said.get("preferred_username"), str):
        named.add(folded(called))
    own = {form for one in _clients(principal) for form in (one, f"{one}@clients", f"service-account-{one}")}
    return (
        not named.isdisjoint(own)
        or said.get("gty") == "client-credentials"
        or said.get("idtyp") == "app"
        or (said.get("oid") == principal.subject and "scp" not in said)
    )


def chain(principal: Principal) -> tuple[str, ...]:
    """Who acts for somebody (`act`), whoever does so now first; one of another issuer as `issuer#subject`."""
    found, actor = list[str](), principal.claims.get("act")
    while isinstance(actor, Mapping):
        issuer, subject = actor.get("iss", principal.issuer), str(actor.get("sub", ""))
        found.append(subject if issuer == principal.issuer else f"{issuer}#{subject}")
        actor = actor.get("act")
    return tuple(found)


def acts_now(principal: Principal) -> frozenset[str]:
    """Every name, folded, of the one who acts now; those behind it are told for information only (RFC 8693, 4.1)."""
    actor: Any = principal.claims.get("act")
    return _names(actor, principal) if isinstance(actor, Mapping) else frozenset()


def _acting(principal: Principal) -> frozenset[str]:
    names: set[str] = set()
    actor: Any = principal.claims.get("act")
    while isinstance(actor, Mapping):  # each was checked where the token was (identity/actors.py)
        names |= _names(actor, principal)
        actor = actor.get("act")
    return frozenset(names)


def _names(actor: Mapping[str, Any], principal: Principal) -> frozenset[str]:
    said = [actor.get(name) for name in ("sub", *CALLED)]
    key = f"{actor.get('iss', principal.issuer)}#{actor.get('sub', '')}"
    return frozenset(folded(name) for name in (*said, key) if isinstance(name, str))
