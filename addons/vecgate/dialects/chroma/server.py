"""With which versions of Chroma was this dialect tested, and what lies beside its API (side doors)? Tried against a real 1.5.9."""

from typing import Final

from vecgate.dialects.base.doors import Knock, lets_pages_in, preflight
from vecgate.dialects.base.reading import HEADERS
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

DOORS: Final = (
    Knock(
        "pages of other sites (CORS)",
        preflight("/api/v2/tenants"),
        lets_pages_in,
        "Leave cors_allow_origins out of its configuration.",
        "https://docs.trychroma.com/docs/run-chroma/clients",
    ),
)
#: The server tells the version of its API here, which is 1.0.0 in every release that has been tried (chromadb 1.5.9).
TESTED: Final = Tested(("1.0", "1.5"), Call("GET", "/api/v2/version", headers=HEADERS))
