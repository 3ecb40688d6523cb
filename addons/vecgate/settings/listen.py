"""Where does the gateway listen, and how long does it drain?"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vecgate.settings.addresses import Network
from vecgate.settings.section import Seconds, Section


class Listen(Section):
    """Where the gateway listens."""

    host: str = Field(
        default="127.0.0.1",
        description="Address; empty: every one, IPv4 and IPv6, which is also what transparent mode takes where none is named.",
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=8443,
        description="Port; several reverse upstreams, or the workers in transparent mode, take the following ones.",
    )
    proxies: tuple[Network, ...] = Field(
        default=(),
        description="Networks of proxies that are believed whom they speak for (`X-Forwarded-For`), where a policy asks for the client's address.",
    )
    plaintext: bool = Field(
        default=False, description="Serve clients that do not use TLS; their tokens travel in the clear."
    )
    client_certificates: bool = Field(
        default=False,
        description="Ask clients for their TLS certificate, for tokens that are bound to one; whose it is, the token says.",
    )
    layers: Literal["own", "stock"] = Field(
        default="own",
        description="Whose HTTP layers speak with clients, the gateway's or mitmproxy's; `stock` goes with the next release.",
    )
    drain: Seconds = Field(
        default=30, description="How long requests under way may take to finish when the gateway is stopped."
    )
    certificate_folder: Path = Field(
        description="Folder of the CA that signs what clients see (`mitmproxy-ca.pem` in it)."
    )
    web_host: str = Field(default="127.0.0.1", description="Address of mitmweb.")
    web_port: Annotated[int, Field(ge=1, le=65535)] = Field(default=8081, description="Port of mitmweb.")
    web_flows: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=500, description="Flows that mitmweb shows; older ones are in the recordings."
    )
    web_password_file: Path | None = Field(
        default=None, description="File with mitmweb's password; left out: a random one is printed."
    )
