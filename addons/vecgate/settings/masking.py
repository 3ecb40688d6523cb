"""Who looks for personal data, how hard, and what is remembered (workers, models, caches, the masking key)?"""

from typing import Annotated

from pydantic import Field

from vecgate.settings.addresses import StateUrl
from vecgate.settings.section import Bytes, Seconds, Section

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


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
    queue: Annotated[int, Field(ge=1)] = Field(
        default=64,
        description="Analyses of 32,000 characters or more that may wait; of smaller ones as many more as are as much text, up to 16 for one. Nobody waits longer than `timeout`. More are refused.",
    )
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
