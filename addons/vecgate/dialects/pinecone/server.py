"""With which versions of Pinecone was this dialect tested, and what lies beside its API (side doors)?

Its servers are on the internet, for whoever has an API key: that cannot be shut here, and is said instead.
"""

from typing import Final

from vecgate.dialects.base.doors import Knock, Said
from vecgate.dialects.base.versions import Tested
from vecgate.dialects.pinecone.indexes import OWN_HEADERS
from vecgate.domain.call import Call

_PAGE: Final = "https://docs.pinecone.io/guides/production/security-overview"
_INDEXES: Final = Call("GET", "/indexes", headers=OWN_HEADERS)


def _named(said: Said, wrong: str, found: str) -> str | None:
    listed = said.at("indexes")
    if said.status != 200 or not isinstance(listed, list):
        return None
    names = sorted(str(one.get("name")) for one in listed if isinstance(one, dict) and _is(one, wrong))
    return f"{found}: {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}" if names else None


def _is(index: dict[str, object], wrong: str) -> bool:
    return index.get("deletion_protection") != "enabled" if wrong == "unprotected" else not index.get("private_host")


DOORS: Final = (
    Knock(
        "indexes without deletion protection",
        _INDEXES,
        lambda said: _named(said, "unprotected", "lets any API key drop these indexes"),
        "Set deletion_protection: enabled on each; a rule then has to allow that it is changed, before one is dropped.",
        "https://docs.pinecone.io/guides/manage-data/manage-indexes",
        by="gateway",
        grave=False,
    ),
    Knock(
        "indexes at public hosts",
        _INDEXES,
        lambda said: _named(
            said, "public", "answers whoever has an API key, at hosts of their own past the gateway, for these indexes"
        ),
        "Keep the project's API keys at the gateway alone, let nothing else out to *.pinecone.io, or use private endpoints.",
        _PAGE,
        by="gateway",
        grave=False,
    ),
)
TESTED: Final = Tested(
    (), unasked="Pinecone has no version: each call names that of the API, of which those that were tested are taken"
)
