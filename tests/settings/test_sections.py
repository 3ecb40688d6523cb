"""The sections that describe the gateway itself."""

import inspect
from pathlib import Path

import pytest
from pydantic import ValidationError

from vecgate.settings import sections


@pytest.mark.parametrize("name", ["Hold", "Limits", "Masking", "Telemetry"])
def test_what_may_be_left_out_as_a_whole_has_a_default_for_everything(name: str) -> None:
    getattr(sections, name)()


def test_every_setting_is_described() -> None:
    kinds = [kind for _, kind in inspect.getmembers(sections, inspect.isclass) if issubclass(kind, sections.Section)]
    assert len(kinds) > 5
    for kind in kinds:
        assert [name for name, field in kind.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::", "192.0.2.7"])
def test_telemetry_listens_on_an_address(host: str) -> None:
    assert sections.Telemetry(host=host).host == host


@pytest.mark.parametrize(
    "host", ["", "localhost", "*", "127.0.0.1:9464", "999.0.0.1", "http://127.0.0.1", "fe80::1%eth0"]
)
def test_telemetry_listens_on_nothing_else(host: str) -> None:
    with pytest.raises(ValidationError, match="an IPv4 or IPv6 address"):
        sections.Telemetry(host=host)


def test_nobody_else_can_look_unless_it_is_told_so() -> None:
    assert sections.Telemetry().host == "127.0.0.1"


def test_a_section_is_frozen_and_knows_its_names() -> None:
    with pytest.raises(ValidationError, match="wiat"):
        sections.Hold.model_validate({"wiat": 3})
    with pytest.raises(ValidationError, match="frozen"):
        sections.Hold().wait = 3


def test_paths_are_relative_to_the_file_where_one_is_known(tmp_path: Path) -> None:
    tree = {"folder": "sessions"}
    assert sections.Recording.model_validate(tree).folder == Path("sessions")
    assert sections.Recording.model_validate(tree, context={"base": tmp_path}).folder == tmp_path / "sessions"


def test_a_masking_worker_is_told_of_every_model() -> None:
    assert sections.Masking().models == ("vecgate_en", "")
    digest = "0" * 64
    told = sections.Masking(
        model="en_core_web_md", model_sha256=digest, languages={"fr": {"model": "fr_core_news_md", "sha256": digest}}
    ).models  # type: ignore[dict-item]
    assert told == ("en_core_web_md", digest, f"fr=fr_core_news_md:{digest}")


@pytest.mark.parametrize(
    "languages",
    [
        {"french": {"model": "fr_core_news_md", "sha256": "0" * 64}},
        {"fr": {"model": "fr_core_news_md"}},
        {"fr": {"model": "fr=x:y", "sha256": "0" * 64}},
        {"fr": "fr_core_news_md"},
    ],
)
def test_a_language_needs_its_code_and_a_pinned_model(languages: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        sections.Masking(languages=languages)  # type: ignore[arg-type]
