"""Which file says how this gateway runs? YAML -> one frozen Settings; every mistake is reported at once.

The file is named by `VECGATE_SETTINGS`. Relative paths in it are relative to the file itself.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from vecgate import __version__
from vecgate.parsing import yaml_source
from vecgate.parsing.mistakes import mistakes, noun
from vecgate.parsing.yaml_source import Source
from vecgate.refusals.errors import SettingsError
from vecgate.settings.access import Access
from vecgate.settings.approvals import Approvals
from vecgate.settings.hold import Hold
from vecgate.settings.issuers import Issuer
from vecgate.settings.limits import Limits
from vecgate.settings.listen import Listen
from vecgate.settings.masking import Masking
from vecgate.settings.notices import Notices
from vecgate.settings.observing import Observing
from vecgate.settings.policies import Policies
from vecgate.settings.recording import Recording
from vecgate.settings.section import Section
from vecgate.settings.state import State
from vecgate.settings.telemetry import Telemetry
from vecgate.settings.upstreams import AnyUpstream
from vecgate.settings.vault import Vault

ENVIRONMENT_NAME: Final = "VECGATE_SETTINGS"


class Settings(Section):
    """Everything the gateway is told."""

    issuers: tuple[Issuer, ...] = Field(min_length=1)
    upstreams: dict[str, AnyUpstream] = Field(min_length=1)
    policies: Policies
    vault: Vault
    state: State
    recording: Recording
    listen: Listen
    mode: Literal["enforce", "observe"] = Field(
        default="enforce",
        description="`observe`, for the first weeks: what policies would refuse or hold passes, masked, and is recorded as such.",
    )
    observing: Observing = Observing()
    hold: Hold = Hold()
    access: Access = Access()
    approvals: Approvals = Approvals()
    notices: Notices = Notices()
    masking: Masking = Masking()
    limits: Limits = Limits()
    telemetry: Telemetry = Telemetry()

    @field_validator("issuers")
    @classmethod
    def _each_tenant(cls, issuers: tuple[Issuer, ...]) -> tuple[Issuer, ...]:
        return tuple(one for issuer in issuers for one in issuer.each())

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mode == "observe" and self.observing.mask is None:
            raise ValueError(
                "with 'mode: observe', name under 'observing: {mask: ...}' the mask profile for what no rule allows"
            )
        if self.policies.signed == "require" and not self.approvals.roots:
            raise ValueError(
                "with 'policies.signed: require', name in 'approvals.roots' whose keys enrol those who sign"
            )
        return self

    @property
    def observed(self) -> Observing | None:
        """What is said of observing, in that mode."""
        return self.observing if self.mode == "observe" else None


def _problems(error: ValidationError, source: Source) -> Iterator[tuple[int, str]]:
    for path, said in mistakes(error, source, Settings):
        newer = (
            f" This is vecgate {__version__}; leave out what only a newer one knows." if "unknown key" in said else ""
        )
        yield source.line(path), f"{'.'.join(str(part) for part in path) or '(top)'}: {said}{newer}"


def load(path: Path) -> Settings:
    """The settings in a file. Raises SettingsError naming every mistake, each with its line."""
    try:
        source = yaml_source.read(path.read_bytes().decode("utf-8"), str(path), nulls=True, aliases=True)
    except OSError as e:
        raise SettingsError([f"{path}: {e.strerror}"]) from e
    except UnicodeDecodeError as e:
        raise SettingsError([f"{path}: not UTF-8"]) from e
    problems = list(source.problems)
    if not problems and not isinstance(source.tree, dict):
        problems = [(1, f"settings are a mapping, such as {{listen: ...}}; this is {noun(source.tree)}")]
    settings = None
    if isinstance(source.tree, dict):
        try:
            settings = Settings.model_validate(source.tree, context={"base": path.resolve().parent})
        except ValidationError as e:
            problems += _problems(e, source)
    if problems or settings is None:
        raise SettingsError([f"{path}:{line}: {said}" for line, said in sorted(set(problems))])
    return settings


def from_environment() -> Settings:
    """The settings named by VECGATE_SETTINGS. Raises SettingsError when it is not set."""
    name = os.environ.get(ENVIRONMENT_NAME)
    if not name:
        raise SettingsError([f"{ENVIRONMENT_NAME} is not set: point it to a settings file"])
    return load(Path(name))
