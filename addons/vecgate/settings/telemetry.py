"""What can operators watch (metrics and health port, traces, logs)?"""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from vecgate.settings.addresses import ip
from vecgate.settings.section import Seconds, Section


class Telemetry(Section):
    """What operators can watch. Nothing of it names a user, a collection, a path or what was asked."""

    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None,
        description="Port of `/metrics`, `/healthz` and `/readyz`; worker N adds N to it. Left out: none.",
    )
    host: Annotated[str, AfterValidator(ip)] = Field(
        default="127.0.0.1",
        description="Address it listens on. Anything but loopback lets others look: for a kubelet's probes.",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="Where traces are sent (OTLP over HTTP), without `/v1/traces`. Left out: nowhere.",
    )
    otlp_ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs the collector's certificate; left out: the system's."
    )
    otlp_timeout: Seconds = Field(default=5, description="Longest wait for the collector; then traces are given up.")
    otlp_queue: Annotated[int, Field(ge=1)] = Field(
        default=2048, description="Traces that may wait; more are given up and counted."
    )
    otlp_ratio: Annotated[float, Field(ge=0, le=1)] = Field(
        default=1.0, description="Part of all traces that is sent; a client's own `traceparent` decides for itself."
    )
    upstream_check: Seconds | None = Field(
        default=15,
        description="Pause between looks at each database, on the gateway's own lease, for `vecgate status`. Empty: none.",
    )
    json_logs: bool = Field(default=False, description="Write each log line of `vecgate run` as one JSON object.")
