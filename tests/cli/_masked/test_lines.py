"""The parts of `vecgate mask`: what it reports, how it reads, and how much it takes at once."""

import argparse
import io
import json

import pytest

from vecgate.cli._masked import lines as mask
from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.detect.texts import Text
from vecgate.refusals.errors import VecgateError


class Engine:
    """Stands in for the detector: notes what it is asked, and finds every capital."""

    def __init__(self) -> None:
        self.asked: list[list[Text]] = []

    def analyse(self, texts: list[Text]) -> list[list[Finding]]:
        self.asked.append(texts)
        return [[Finding(i, i + 1, "PERSON") for i, c in enumerate(t.value) if c.isupper()] for t in texts]


def spans(lines: list[object], level: str = "normal") -> tuple[list[dict[str, object]], Engine]:
    engine, out = Engine(), io.StringIO()
    source = io.BytesIO("\n".join(json.dumps(line) for line in lines).encode())
    mask.spans(engine, source, out, argparse.Namespace(all=False, sensitivity=level))  # type: ignore[arg-type]
    return [json.loads(line) for line in out.getvalue().splitlines()], engine


def test_what_is_masked_without_being_asked_is_reported_without_being_asked() -> None:
    assert set(mask.wanted(everything=False)) == set(ENTITIES) - ON_REQUEST
    assert mask.wanted(everything=True) == ENTITIES


def test_no_line_no_question() -> None:
    told, engine = spans([])
    assert told == engine.asked == []


def test_many_lines_are_asked_in_batches_and_answered_in_order() -> None:
    told, engine = spans([{"id": n, "text": "A" * (n % 3)} for n in range(200)], "high")
    assert [one["id"] for one in told] == list(range(200))
    assert [one["spans"] for one in told[:3]] == [[], [[0, 1, "PERSON"]], [[0, 1, "PERSON"], [1, 2, "PERSON"]]]
    assert max(map(len, engine.asked)) <= 64
    assert {text.level for batch in engine.asked for text in batch} == {"high"}


def test_a_long_text_is_a_batch_of_its_own() -> None:
    _, engine = spans([{"id": n, "text": "a" * 70_000} for n in range(3)])
    assert [len(batch) for batch in engine.asked] == [1, 1, 1]


def test_a_model_that_cannot_be_used_is_an_error_of_the_command() -> None:
    with pytest.raises(VecgateError, match="no package"):
        mask.detector(argparse.Namespace(model="no_such_model", model_sha256=None))


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ([], "allow: []\n"),
        ([{"text": "Redis"}], 'allow:\n  - "Redis"  # 1 time\n'),
        ([{"text": "xx"}, {"text": "yy"}, {"text": "yy "}], 'allow:\n  - "yy"  # 2 times\n  - "xx"  # 1 time\n'),
    ],
)
def test_suggestions(lines: list[object], shown: str) -> None:
    out = io.StringIO()
    source = io.BytesIO("\n".join(json.dumps(line) for line in lines).encode())
    mask.suggest(source, out)
    assert out.getvalue() == shown
