"""Which models read which language, and what may be left out."""

import pytest
from pydantic import ValidationError

from vecgate.settings.masking import Masking


def test_a_masking_worker_is_told_of_every_model() -> None:
    assert Masking().models == ("vecgate_en", "")
    digest = "0" * 64
    told = Masking(
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
        Masking(languages=languages)  # type: ignore[arg-type]
