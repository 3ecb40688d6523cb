"""Some characters stay, never more than half, and never those of a secret."""

import pytest

from vecgate.masking.apply.operators.partial import build


@pytest.mark.parametrize(
    ("params", "entity", "text", "shown"),
    [
        # degenerate
        ({}, "ID", "", "****"),
        ({}, "ID", "--", "****"),
        ({}, "ID", "7", "*"),
        # mostly digits: the last four
        ({}, "CREDIT_CARD", "4111 1111 1111 1111", "**** **** **** 1111"),
        ({}, "PHONE", "+1 (555) 010-9999", "+* (***) ***-9999"),
        ({}, "SSN", "078-05-1120", "***-**-1120"),
        # too short to keep four of
        ({}, "PHONE", "555123", "******"),
        # names and words: nothing, unless asked for
        ({}, "PERSON", "Anna Kowalski", "**** ********"),
        ({"keep_first": 1, "keep_last": 0}, "PERSON", "Anna Kowalski", "A*** ********"),
        # e-mail: the domain
        ({}, "EMAIL", "anna@example.com", "****@example.com"),
        ({"keep_first": 1, "keep_last": 0}, "EMAIL", "anna@example.com", "a***@example.com"),
        ({}, "EMAIL", "anna at example dot com", "**** ** ******* *** ***"),
        ({}, "EMAIL", '"a@b"@example.com', '"*@*"@*******.***'),
        # another character
        ({"char": "#"}, "CREDIT_CARD", "4111111111111111", "############1111"),
        # more than half asked for: nothing
        ({"keep_last": 16}, "CREDIT_CARD", "4111111111111111", "****************"),
        ({"keep_first": 6, "keep_last": 4}, "CREDIT_CARD", "4111111111111111", "****************"),
        # secrets
        ({"keep_last": 4}, "SECRET", "hunter2hunter2", "****"),
    ],
)
def test_partial(params: dict[str, int | str], entity: str, text: str, shown: str) -> None:
    assert build(params, b"")(text, entity) == shown
