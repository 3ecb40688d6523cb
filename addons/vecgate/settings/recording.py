"""Where are sessions recorded (journals), and when does a session end?"""

from pathlib import Path

from pydantic import Field

from vecgate.settings.section import Bytes, Count, Seconds, Section


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
