"""What Pinecone wants to know of its upstream: how clients reach the gateway, and which hosts are its indexes'."""

from pydantic import Field

from vecgate.settings.upstreams import UpstreamSettings


class Options(UpstreamSettings):
    """A Pinecone project."""

    clients_at: str = Field(
        default="",
        pattern=r"^(https://[^/]+)?$",
        description="How clients reach the gateway: `https://name[:port]`. Answers name it with `/idx/NAME` in place of an index's host. Left out: `https://` and the first of `hosts`.",
    )
    index_hosts: tuple[str, ...] = Field(
        default=(".pinecone.io",),
        min_length=1,
        description="Hosts that an index may have, as the server names them: a name, or all below one (`.pinecone.io`). An index at any other host is not there.",
    )
