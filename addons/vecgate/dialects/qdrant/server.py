"""With which versions of Qdrant was this dialect tested, and what lies beside its API (side doors)?"""

from typing import Final

from vecgate.dialects.base.doors import Knock, Said, lets_pages_in, preflight
from vecgate.dialects.base.reading import HEADERS
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

_PAGE: Final = "https://qdrant.tech/documentation/guides/security/"
_SETTINGS: Final = "https://github.com/qdrant/qdrant/blob/master/config/config.yaml"


def _peers(said: Said) -> str | None:
    return (
        "takes calls of the cluster's inside, which read and delete points, without a key" if said.status == 0 else None
    )


def _metrics(said: Said) -> str | None:
    told = said.status == 200 and b"# TYPE" in said.body
    return "tells names and numbers of collections without a key (/metrics)" if told else None


def _dashboard(said: Said) -> str | None:
    page = said.status == 200 and "html" in said.headers.get("content-type", "")
    return "serves its web UI, in which a key opens everything (/dashboard)" if page else None


DOORS: Final = (
    Knock(
        "pages of other sites (CORS)",
        preflight("/collections"),
        lets_pages_in,
        "Set service.enable_cors: false.",
        _SETTINGS,
    ),
    Knock(
        "the cluster's inside without a key (6335)",
        Call("POST", "/qdrant.QdrantInternal/GetConsensusCommit"),
        _peers,
        "Set enforce_internal_auth: true (1.18 and later) and cluster.p2p.enable_tls: true, and let the port take other nodes alone.",
        _PAGE,
        over="grpc",
    ),
    Knock(
        "metrics without a key (service.metrics_port)",
        Call("GET", "/metrics"),
        _metrics,
        "Leave service.metrics_port out, or let its port take the collector alone; set service.api_key.",
        _SETTINGS,
    ),
    Knock(
        "the web UI",
        Call("GET", "/dashboard"),
        _dashboard,
        "Set service.enable_static_content: false.",
        _SETTINGS,
        grave=False,
    ),
)
TESTED: Final = Tested(("1.19",), Call("GET", "/", headers=HEADERS), ("version",))
