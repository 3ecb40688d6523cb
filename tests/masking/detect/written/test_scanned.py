"""What a scanner misread is read as it was written; codes stay codes."""

import pytest

from vecgate.masking.detect.written.scanned import is_misread, read


def _ordinary(word: str) -> bool | None:
    return True if word in {"years", "star", "invoice", "received", "name"} else None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Signed: M1chael Trevanion", "Signed: Michael Trevanion"),
        ("payable to Wi11iam Osgood", "payable to William Osgood"),
        ("J0HANNES signed", "JOHANNES signed"),
        ("witness: Pau|ine and Beatr!ce", "witness: Pauline and Beatrice"),
        ("tenant 0liver", "tenant Oliver"),
        # beside a name, whatever it becomes
        ("Habibu 5almi came", "Habibu Salmi came"),
        ("Noreen Mirqn0v", "Noreen Mirqnov"),
        # codes, ages and numbers
        ("ask Sha1sum or K8s", "ask Sha1sum or K8s"),
        ("Team1 Phase1 Level0", "Team1 Phase1 Level0"),
        ("Anna 5years", "Anna 5years"),
        ("id M1chael_x and a@M1chael", "id M1chael_x and a@M1chael"),
        ("a | b ! c", "a | b ! c"),
    ],
)
def test_digits_inside_of_words(text: str, plain: str) -> None:
    assert read(text, _ordinary) == plain
    assert len(plain) == len(text)


@pytest.mark.parametrize(
    ("word", "misread"),
    [("lnvoice", True), ("recelved", True), ("Narne", True), ("invoice", False), ("Kotkas", False)],
)
def test_everyday_words(word: str, misread: bool) -> None:
    assert is_misread(word, _ordinary, lambda _: False) is misread
