"""With which versions of Milvus was this dialect tested, and what lies beside its API (side doors)?

The doors were tried against a real 2.3.5. Messages of gRPC are empty here, so nothing of its schemas is needed: `ListCredUsers` wants no more, and only root may call it.
"""

import base64
from typing import Final

from vecgate.dialects.base.doors import Knock, Said, lets_pages_in, preflight
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

_BESIDE: Final = (
    "Let port 9091 (METRICS_PORT) take the collector and the probes alone: a firewall, a NetworkPolicy, the loopback."
)
_LOGIN: Final = "https://milvus.io/docs/authenticate.md"
_MONITOR: Final = "https://milvus.io/docs/monitor.md"
_CVE: Final = "https://nvd.nist.gov/vuln/detail/CVE-2025-64513"
_SERVICE: Final = "/milvus.proto.milvus.MilvusService"
_LIST: Final = "/v1/vector/collections"
_TYPED: Final = (("content-type", "application/json"),)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


#: What makes its sender root at a server that takes it: whoever says to be one of its own parts, and shows any password.
_MEMBER: Final = (("sourceid", _b64("@@milvus-member@@")), ("authorization", _b64("root:vecgate-doctor")))
_DELIVERED: Final = (("authorization", "Bearer root:Milvus"),)


def _is_answered(said: Said) -> bool:
    return said.status == 200 and said.at("code") in (0, 200)


def _anyone(said: Said) -> str | None:
    return "lists collections for anyone, without a login" if _is_answered(said) else None


def _root(said: Said) -> str | None:
    return "lets root in with the password that it is delivered with (root:Milvus)" if _is_answered(said) else None


def _member(said: Said) -> str | None:
    """The answer is a message whose first field is its status: tag 0x0a. A status of no length is a success."""
    done = said.status == 0 and said.body[5:7] == b"\x0a\x00"
    return "takes whoever sends 'sourceid' for root, whatever the password (CVE-2025-64513)" if done else None


def _beside(said: Said) -> str | None:
    listed = said.status == 200 and isinstance(said.at("status"), dict)
    return "reads, writes and deletes for anyone, without a login (/api/v1)" if listed else None


def _expressions(said: Said) -> str | None:
    return "runs expressions inside the server for anyone (/expr)" if b"the expr code is empty" in said.body else None


def _profiles(said: Said) -> str | None:
    shown = said.status == 200 and b"/debug/pprof/" in said.body
    return "gives profiles of the server to anyone (/debug/pprof)" if shown else None


def _configured(said: Said) -> str | None:
    told = said.status == 200 and isinstance(said.at(), dict)
    return "tells its configuration to anyone (/_cluster/configs)" if told else None


def _web(said: Said) -> str | None:
    shown = said.status == 200 and "html" in said.headers.get("content-type", "")
    return "serves its web UI to anyone (/webui)" if shown else None


def _metrics(said: Said) -> str | None:
    told = said.status == 200 and b"# TYPE milvus_" in said.body
    return "tells names and numbers of collections to anyone (/metrics)" if told else None


_AUTHORIZATION: Final = "Set common.security.authorizationEnabled: true."
DOORS: Final = (
    Knock("calls without a login (v1)", Call("GET", _LIST), _anyone, _AUTHORIZATION, _LOGIN),
    Knock(
        "calls without a login (v2)",
        Call("POST", "/v2/vectordb/collections/list", headers=_TYPED, body=b"{}"),
        _anyone,
        _AUTHORIZATION,
        _LOGIN,
        unless="calls without a login (v1)",
    ),
    Knock(
        "root with the password it is delivered with",
        Call("GET", _LIST, headers=_DELIVERED),
        _root,
        "Give root a password of its own, known to the gateway's Vault alone.",
        _LOGIN,
        unless="calls without a login (v1)",
    ),
    Knock(
        "root by sourceid",
        Call("POST", f"{_SERVICE}/ListCredUsers", headers=_MEMBER),
        _member,
        "Run 2.4.24, 2.5.21, 2.6.5 or later, and let nobody but the gateway reach the port: it sends no such header on.",
        _CVE,
        over="grpc",
    ),
    Knock("the API beside the metrics", Call("GET", "/api/v1/collections"), _beside, _BESIDE, _MONITOR),
    Knock("expressions inside the server", Call("GET", "/expr"), _expressions, _BESIDE, _MONITOR),
    Knock("profiles", Call("GET", "/debug/pprof/"), _profiles, _BESIDE, _MONITOR),
    Knock("the configuration", Call("GET", "/_cluster/configs"), _configured, _BESIDE, _MONITOR),
    Knock("the web UI", Call("GET", "/webui/"), _web, _BESIDE, _MONITOR, grave=False),
    Knock("metrics", Call("GET", "/metrics"), _metrics, _BESIDE, _MONITOR, grave=False),
    Knock(
        "pages of other sites (CORS)",
        preflight(_LIST),
        lets_pages_in,
        "Nothing of Milvus' own shuts it: let its port take the gateway alone.",
        "https://github.com/milvus-io/milvus/blob/master/internal/distributed/proxy/service.go",
        grave=False,
    ),
)
#: Its REST has no call that tells a version; that of the doctor's port, and of gRPC, is not the gateway's to reach.
TESTED: Final = Tested(("2.3", "2.6"), unasked="Milvus tells its version over gRPC alone")
