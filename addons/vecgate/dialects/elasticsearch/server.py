"""With which versions of Elasticsearch was this dialect tested, and what lies beside its API (side doors)? Tried against a real 8.19.5."""

from typing import Final

from vecgate.dialects.base.lucene import doors
from vecgate.dialects.base.reading import HEADERS
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

_PAGE: Final = "https://www.elastic.co/docs/reference/elasticsearch/configuration-reference"
_LOGIN: Final = "https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/built-in-users"
DOORS: Final = (
    doors.anyone(
        "Set xpack.security.enabled: true, and leave xpack.security.authc.anonymous out, or let the port take the gateway alone.",
        _LOGIN,
    ),
    doors.delivered(
        "elastic", "changeme", "Give elastic a password of its own (bin/elasticsearch-reset-password).", _LOGIN
    ),
    doors.pages(_PAGE),
    *doors.settings(_PAGE),
)
#: OpenSearch answers in the same shape, and says another thing of itself.
TESTED: Final = Tested(
    ("8.19", "9.2"),
    Call("GET", "/", headers=HEADERS),
    ("version", "number"),
    also=(("tagline",), "You Know, for Search"),
)
