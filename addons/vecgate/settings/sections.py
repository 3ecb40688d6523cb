"""What can be said of the gateway itself? One model per section; `file.py` puts them together."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from vecgate.settings.addresses import ip, state_url
from vecgate.settings.section import Bytes, Count, Seconds, Section

#: Some 400 groups by their GUIDs; well below what a request head may have.
LONGEST_TOKEN: Final = 32 * 1024

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
StateUrl = Annotated[str, AfterValidator(state_url)]


class State(Section):
    """The Valkey/Redis that workers share: approvals, rates, and the list of workers."""

    url: StateUrl = Field(
        description="Its address, for example `unix:///run/vecgate/valkey.sock`: one server, or a proxy that follows the primary."
    )
    password_file: Path | None = Field(
        default=None, description="File with its password, when `url` holds none; read at start."
    )
    prefix: str = Field(default="vecgate", description="First part of every key.")
    timeout: Seconds = Field(default=0.5, description="Longest wait for an answer.")
    replicas: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Replicas that must have a step of an approval before it counts."
    )
    sync: bool = Field(
        default=True,
        description="Wait until a step of an approval is on the server's disk (WAITAOF: Valkey or Redis >= 7.2 with `appendonly yes`).",
    )


class Hold(Section):
    """How long a held request waits."""

    wait: Seconds = Field(
        default=20, description="How long the connection is kept waiting; stay under client time-outs."
    )
    pending: Seconds = Field(default=3600, description="How long an approver has to decide.")
    grant: Seconds = Field(default=300, description="How long an approval can be used once it is given.")
    growth: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.05,
        description="By how much the record count may grow between asking and executing, where a yes is not bound to records (`bind_ids`).",
    )
    bind_ids: Annotated[int, Field(ge=0)] = Field(
        default=10_000,
        description="Up to so many records, a yes to a call by filter is for those that were counted and for no others; above, for as many and `growth`.",
    )
    open_per_user: Annotated[int, Field(ge=1)] = Field(
        default=32,
        description="Requests of one person that may wait for approval, or use one, at a time, at all workers together; over it: `limit.holds`.",
    )


class LanguageModel(Section):
    """A model that reads one language."""

    model: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = Field(
        description="Installed package with a spaCy pipeline."
    )
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Digest of its files.")


class Masking(Section):
    """Who looks for personal data, and how hard."""

    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="Processes that run the NER model, for each worker of the gateway; some 0.2 GB each."
    )
    model: str = Field(
        default="vecgate_en",
        description="What finds names: the model that comes with vecgate, or an installed package with a spaCy pipeline.",
    )
    model_sha256: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="Digest of the model's files; left out: the one vecgate was tested with.",
    )
    languages: dict[LanguageCode, LanguageModel] = Field(
        default={}, description="Models for texts in other languages than English, by ISO 639-1 code."
    )
    timeout: Seconds = Field(
        default=5,
        description="Longest wait for masking one request or answer; a second more for each 10,000 characters in it.",
    )
    queue: Annotated[int, Field(ge=1)] = Field(default=64, description="Analyses that may wait; more are refused.")
    answer_text: Annotated[int, Field(ge=1)] = Field(
        default=2_000_000,
        description="Characters of one answer or request that were never seen before and must be analysed; with more it is refused.",
    )
    cache_entries: Annotated[int, Field(ge=0)] = Field(
        default=50_000, description="Texts whose findings are remembered, by keyed hash."
    )
    cache_bytes: Annotated[int, Field(ge=0)] = Field(
        default=64 * 1024 * 1024,
        description="Memory these may take up in each worker of the gateway: 200 bytes for a text, 144 more for each finding in it.",
    )
    shared_cache: bool = Field(
        default=True, description="Share findings with the other workers and later runs, sealed, in the shared state."
    )
    shared_cache_url: StateUrl | None = Field(
        default=None,
        description="Another Valkey/Redis for them, which may forget; left out: that of `state`.",
    )
    shared_cache_bytes: Bytes = Field(
        default=128 * 1024 * 1024,
        description="Memory they may take up there: some 120 bytes for a text, 16 more for each finding in it.",
    )
    cache_ttl: Seconds = Field(
        default=7 * 86400, description="How long they are kept there at most after somebody asked for them."
    )
    ingest_bytes: Annotated[int, Field(ge=0)] = Field(
        default=32 * 1024 * 1024,
        description="Bodies of writes that may wait to be analysed ahead of the first read; more are not. 0: none are.",
    )
    key: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Transit key that hashes, pseudonyms, tokens and date shifts are made with; left out: a random one, so that nothing joins after a restart and no token opens.",
    )
    key_mount: str = Field(default="transit", description="Mount of the transit engine that has it.")
    key_version: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Version of it that marks are made under; left out: the first. A rotation changes nothing until a newer one is named here. Values that are searched, filtered or deleted by are then looked for under that version and all before it that OpenBao gives out, so do not go back.",
    )

    @property
    def models(self) -> tuple[str, ...]:
        """What a masking worker is told of its models."""
        others = (f"{language}={one.model}:{one.sha256}" for language, one in sorted(self.languages.items()))
        return self.model, self.model_sha256 or "", *others


class Recording(Section):
    """Where sessions are written."""

    folder: Path = Field(description="Folder of the journals.")
    idle: Seconds = Field(default=900, description="Pause after which a new session begins.")
    transit_mount: str = Field(default="transit", description="Mount of the transit engine that seals originals.")
    transit_key: str = Field(default="vecgate-journal", description="Key there.")
    min_free: Bytes = Field(default=64 * 1024 * 1024, description="Free disk space below which nothing is let through.")
    part_bytes: Bytes = Field(
        default=256 * 1024 * 1024,
        description="Size from which on a session goes on in a next file, chained to the one before.",
    )
    sync: bool = Field(default=False, description="Wait for the disk (fdatasync) on every entry.")
    refused_per_minute: Count = Field(
        default=120,
        description="Refusals of one person that each worker records; more are counted, in a line a minute.",
    )


class Limits(Section):
    """What one request or answer may weigh, and what one client may take up; each worker counts its own."""

    request_body: Bytes = Field(
        default=40 * 1024 * 1024,
        description="Largest request body, as it comes and when it is unpacked; over it: `body.too_large`.",
    )
    answer_body: Bytes = Field(
        default=32 * 1024 * 1024,
        description="Largest answer body, as it comes and when it is unpacked; over it: `answer.too_large`.",
    )
    header_bytes: Bytes = Field(
        default=64 * 1024,
        description="Largest request head (over it: `protocol.invalid`), and largest TLS greeting (over it: closed).",
    )
    token: Bytes = Field(
        default=LONGEST_TOKEN,
        description="Longest login token; over it: `identity.invalid`. Each group of a caller adds some 40 bytes or more.",
    )
    pipelined_bytes: Bytes = Field(
        default=64 * 1024,
        description="What a client may send ahead while its request is held or under way; more ends the connection.",
    )
    json_depth: Annotated[int, Field(ge=1, le=64)] = Field(
        default=64, description="How deep the JSON of a request may be nested; over it: `body.unreadable`."
    )
    json_containers: Annotated[int, Field(ge=1)] = Field(
        default=100_000, description="Objects and arrays in the JSON of a request; over it: `body.unreadable`."
    )
    json_values: Annotated[int, Field(ge=1)] = Field(
        default=2_000_000,
        description="Values in the JSON of a request, each number of a vector counted; over it: `body.unreadable`.",
    )
    answer_containers: Annotated[int, Field(ge=1)] = Field(
        default=500_000, description="Objects and arrays in the JSON of an answer; over it: `answer.unreadable`."
    )
    answer_values: Annotated[int, Field(ge=1)] = Field(
        default=5_000_000,
        description="Values in the JSON of an answer, each number of a vector counted; over it: `answer.unreadable`.",
    )
    connections: Annotated[int, Field(ge=1)] = Field(
        default=64,
        description="Connections to one database, per lease; more requests wait, and in the end: `upstream.unreachable`.",
    )
    clients: Annotated[int, Field(ge=1)] = Field(
        default=4096, description="Client connections at a time, at each worker; more are closed unheard."
    )
    clients_per_address: Annotated[int, Field(ge=1)] = Field(
        default=512,
        description="Client connections from one address at a time, at each worker; more are closed unheard.",
    )
    requests: Annotated[int, Field(ge=1)] = Field(
        default=2048,
        description="Requests under way at a time, at each worker, those that wait for approval included; over it: `limit.busy`.",
    )
    head_seconds: Seconds = Field(default=15, description="Time for TLS and a whole request head; then it is closed.")
    body_seconds: Seconds = Field(default=60, description="Time for a whole request body; then it is closed.")
    answer_seconds: Seconds = Field(default=120, description="Time for a client to take an answer; then it is closed.")
    idle_seconds: Seconds = Field(default=75, description="Time between two requests; then the connection is closed.")
    connection_requests: Annotated[int, Field(ge=1)] = Field(
        default=10_000, description="Requests after which a connection is closed, with its last answer."
    )
    connection_seconds: Seconds = Field(
        default=3600, description="Age after which a connection is closed, with its next answer."
    )


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
    plaintext: bool = Field(
        default=False, description="Serve clients that do not use TLS; their tokens travel in the clear."
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
