"""What may one request or answer weigh, and what may one client take up (sizes, counts, time-outs)?"""

from typing import Annotated, Final

from pydantic import Field

from vecgate.settings.section import Bytes, Seconds, Section

#: Some 400 groups by their GUIDs; well below what a request head may have.
LONGEST_TOKEN: Final = 32 * 1024


class Limits(Section):
    """What one request or answer may weigh, and what one client may take up; each worker counts its own."""

    request_body: Bytes = Field(
        default=40 * 1024 * 1024,
        description="Largest request body, as it comes and when it is unpacked; over it: `body.too_large`.",
    )
    bodies_at_once: Bytes = Field(
        default=64 * 1024 * 1024,
        description="Bytes of large request bodies (over 256 KiB) that are read and worked on at a time, at each worker: some nine times that in memory; one in chunks, or packed, counts as a quarter of the largest there may be until it is whole. Nobody has more than half of it. More wait in the order in which they come, within `body_seconds`; then: `body.waited`. Smaller ones never wait, and one that waits for approval no longer counts.",
    )
    answer_body: Bytes = Field(
        default=32 * 1024 * 1024,
        description="Largest answer body, as it comes and when it is unpacked; over it: `answer.too_large`. Over HTTP/2 a client may leave four such untaken; what it asks for beyond them is reset.",
    )
    answers_at_once: Bytes = Field(
        default=64 * 1024 * 1024,
        description="Bytes of large answers (over 256 KiB) that are read, masked and recorded at a time, at each worker: some five times that in memory. More wait in the order in which they come, within their upstream's `timeout`; then: `answer.waited`. Smaller ones never wait.",
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
        default=500_000, description="Objects and arrays in the JSON of an answer; over it: `answer.too_large`."
    )
    answer_values: Annotated[int, Field(ge=1)] = Field(
        default=5_000_000,
        description="Values in the JSON of an answer, each number of a vector counted; over it: `answer.too_large`.",
    )
    connections: Annotated[int, Field(ge=1)] = Field(
        default=64,
        description="Connections to one database, per lease, and as many again for large answers; more requests wait, and in the end: `upstream.unreachable`.",
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
        description="Requests under way at a time, at each worker, also those that wait for approval and those whose client has left; over it: `limit.busy`.",
    )
    cursors: Annotated[int, Field(ge=1)] = Field(
        default=16,
        description="Scrolls and points in time that one person may have open at a database; over it: `limit.cursors`.",
    )
    cursor_seconds: Seconds = Field(
        default=600,
        description="For how long one may be kept between two calls; over it: `limit.keep_alive`.",
    )
    cursor_age: Seconds = Field(
        default=3600, description="Age after which a scroll or point in time goes on no more: `cursor.expired`."
    )
    head_seconds: Seconds = Field(default=15, description="Time for TLS and a whole request head; then it is closed.")
    body_seconds: Seconds = Field(default=60, description="Time for a whole request body; then it is closed.")
    answer_seconds: Seconds = Field(default=120, description="Time for a client to take an answer; then it is closed.")
    idle_seconds: Seconds = Field(default=75, description="Time between two requests; then the connection is closed.")
    streams: Annotated[int, Field(ge=1)] = Field(
        default=100,
        description="Requests at a time on one client connection of HTTP/2, reset ones that are still worked on included; more are told to come again (REFUSED_STREAM).",
    )
    stream_seconds: Seconds = Field(
        default=600,
        description="Time in which nothing is said on a stream of batches (Weaviate's `BatchStream`), which is then told to end, and closed; where its token is not accepted, `body_seconds`.",
    )
    stream_resets: Annotated[int, Field(ge=1)] = Field(
        default=200,
        description="Requests that a client may reset a minute, on one connection of HTTP/2, which ends with more.",
    )
    connection_requests: Annotated[int, Field(ge=1)] = Field(
        default=10_000, description="Requests after which a connection is closed, with its last answer."
    )
    connection_seconds: Seconds = Field(
        default=3600, description="Age after which a connection is closed, with its next answer."
    )
