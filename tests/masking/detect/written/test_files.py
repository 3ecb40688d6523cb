"""Whose name is in a file's name or a path."""

import pytest

from vecgate.masking.detect.somebody import Reading
from vecgate.masking.detect.written.files import in_file_names


def _ordinary(word: str) -> bool | None:
    return True if word in {"strand", "getting", "started", "word", "header", "bar", "template", "metrics"} else None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cv_anna_kowalski_final.pdf", ["anna_kowalski"]),
        ("see /people/ines.duarte and", ["ines.duarte"]),
        # numbers beside it, and copies
        ("2021-11-02_interview_lucia_torres.m4a", ["lucia_torres"]),
        ("thesis_FINAL_lucia_torres(1).docx", ["lucia_torres"]),
        ("tax2020_hector.alvarez.zip", ["hector.alvarez"]),
        ("avatar-lena-hofmann@2x.png", ["lena-hofmann"]),
        # joined by their capitals
        ("InvoiceJonathanPell.xlsx", ["JonathanPell"]),
        ("contract_BrownOliver_2022.pdf", ["BrownOliver"]),
        # behind a title, and about somebody
        ("letter_to_mr_thornbury.doc", ["thornbury"]),
        ("call_with_siobhan_2022.mp3", ["siobhan"]),
        # a folder that is called by who it belongs to
        ("https://blog.example.org/author/helena-strand/page", ["helena-strand"]),
        ("C:\\Users\\nneka.garcia\\Desktop", ["nneka.garcia"]),
        ("/staff/kwame/notes", ["kwame"]),
        # somebody's own pages
        ("https://example.org/~Peter-Schmidt/index.html", ["Peter-Schmidt"]),
        ("https://uni.example/~hugo/ and /~k.holm/", ["hugo", "k.holm"]),
        ("https://uni.example/~JonathanPell/papers", ["JonathanPell"]),
        ("https://uni.example/~metrics/ C:\\~temp\\a.txt ~5.5-fold", []),
        # nobody
        ("mark_as_read max_value os.path.join", []),
        ("https://pydantic.dev/docs", []),
        ("anna.kowalski@example.com", []),
        ("lucia_torres(1)", []),
        ("/people/getting-started", []),
        ("/staff/user/notes", []),
        ("mr_word_template.docx", []),
        ("HeaderBar.pdf InvoiceTemplate.xlsx", []),
        ("docs/helena-metrics.md", []),
    ],
)
def test_names_in_names_of_files(text: str, names: list[str]) -> None:
    assert [text[f.start : f.end] for f in in_file_names(Reading(text, ordinary=_ordinary))] == names
