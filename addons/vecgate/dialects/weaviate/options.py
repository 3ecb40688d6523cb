"""What Weaviate wants to know of its upstream: what becomes of clients that read over gRPC."""

from typing import Literal

from pydantic import Field

from vecgate.settings.upstreams import UpstreamSettings


class Options(UpstreamSettings):
    """A Weaviate."""

    grpc_clients: Literal["refuse", "start"] = Field(
        default="refuse",
        description="Clients that read over gRPC (`weaviate-client` 4, npm's 3), where `grpc` is false: `refuse` tells them so at their first call; `start` lets them begin, for what they do over REST (schema, tenants, single objects; they need `skip_init_checks`).",
    )
