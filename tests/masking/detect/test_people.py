"""Who is nobody, whatever the model says, and which names are found whole."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.people import settled
from vecgate.masking.detect.somebody import Reading
from vecgate.masking.detect.texts import Text

DEFAULT = frozenset(ENTITIES) - ON_REQUEST


def _people(detector: Detector, text: str) -> list[str]:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    return [text[f.start : f.end] for f in found if f.entity == "PERSON"]


@pytest.mark.parametrize(
    ("text", "name", "served"),
    [
        ("The levels of ELISA were low", "ELISA", True),
        ("the Hilbert space is complete", "Hilbert", True),
        ("call x.toFixed(2) here", "toFixed", True),
        ("(KHTML, like Gecko) Chrome/97.0", "Gecko", True),
        ("Mozilla/5.0 (X11) Gecko/2010", "Gecko", True),
        ("The President of the Ninth Chamber", "Ninth Chamber", True),
        ("import orjson\nthen orjson dumps", "orjson", True),
        ("de verdachte sprak dinsdag met hem", "sprak dinsdag", False),
        ("B.S. in Biology", "B.S.", True),
        ("Dear Parent, hello", "Parent", True),
    ],
)
def test_less_is_somebody(text: str, name: str, served: bool) -> None:
    start = text.index(name)
    assert settled(Reading(text, served), [Finding(start, start + len(name), "PERSON", "model")]) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BERGER, Noémie signed", "BERGER, Noémie"),
        ("Please ask Mia McDonald about it", "Mia McDonald"),
        ("San Jose and St. Louis are far", ""),
        ("SOPHIE SANTANDREA HAS CALLED", "SOPHIE SANTANDREA"),
        ("Bob Sample and Otto Other agreed", "Bob Sample|Otto Other"),
        ("name: अर्चना नाथ", "अर्चना नाथ"),
    ],
)
def test_whole_names(detector: Detector, text: str, names: str) -> None:
    hidden = "|".join(_people(detector, text))
    assert all(part in hidden.replace("|", " ") for name in names.split("|") for part in name.replace(",", "").split())
    assert bool(hidden) == bool(names)
