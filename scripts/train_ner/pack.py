"""What of a trained pipeline is kept, and how good is it? A folder that the product loads, and its figures."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from spacy.tokens import Doc

from vecgate.masking.detect import features
from vecgate.masking.detect.model import Model
from vecgate.masking.detect.pipeline import Dial, Pipeline, load
from vecgate.masking.detect.reader.words import FILE
from vecgate.masking.detect.warmup import COMMON as COMMON_FILE

from .fit import LABELS
from .grammar import Row

#: Taken off the `O` action of the trained network: what the product calls `normal`.
NORMAL: Final = 1.0
COMMON: Final = 2000
_OFTEN: Final = 5
_RARELY: Final = 0.02
_FOLDED: Final = {"LOC": "PLACE", "LOCATION": "PLACE", "ADDRESS": "PLACE", "PERSON": "PERSON"}


def common(documents: Iterable[Doc], count: int = COMMON) -> list[str]:
    """The commonest words that are hardly ever in a name: in small letters, and with a capital."""
    seen: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for document in documents:
        named.update({token.text.lower() for entity in document.ents for token in entity})
        seen.update({token.text.lower() for token in document if token.text.isascii() and token.text.isalpha()})
    words = [w for w, n in seen.most_common() if n >= _OFTEN and named[w] <= _RARELY * n][:count]
    return [form for word in words for form in (word, word.capitalize())]


def again(folder: Path) -> Any:
    """A packed pipeline as it was when its training ended."""
    nlp = load(folder)
    Dial(nlp.get_pipe("ner")).shift(-NORMAL)
    return nlp


def write(nlp: Any, table: Path, folder: Path, words: Sequence[str] = (), shift: float = NORMAL) -> None:
    """Put a pipeline into an empty or missing folder, its dial set, without the words it was trained on.

    `words`: those it is to know from the start, so that it need not look at them anew in every text.
    """
    Dial(nlp.get_pipe("ner")).shift(shift)
    features.hand_over(nlp.get_pipe("ner").model, None)
    nlp.meta.update(name="vecgate_en", version="1.0.0", description="Names in text, for vecgate", license="see NOTICE")
    nlp.to_disk(folder)
    # The network reads numbers of words; which words were in the texts is nobody's business.
    (folder / "vocab" / "strings.json").write_text(json.dumps(LABELS), encoding="utf-8")
    (folder / COMMON_FILE).write_text("\n".join(words) + "\n", encoding="utf-8")
    shutil.copyfile(table, folder / FILE)


def _letters(row: Row, spans: Sequence[Any], labels: Any) -> set[int]:
    return {i for s, e, label in spans if label in labels for i in range(s, e) if row.text[i].isalnum()}


def scores(folder: Path, rows: list[Row], level: Any = "normal") -> dict[str, float]:
    """Of letters and digits of people, places and addresses; `people`: share of names covered to the last letter."""
    model = Model.opened(Pipeline(load(folder)), folder, "trained")
    hit = false = missed = people = covered = letters = 0
    for row, findings in zip(rows, model.find([row.text for row in rows], level), strict=True):
        said = [(f.start, f.end, f.entity) for f in findings]
        found, gold = _letters(row, said, _FOLDED), _letters(row, row.spans, _FOLDED)
        aside = _letters(row, row.spans, ("ORG",))
        hit, false, missed = hit + len(found & gold), false + len(found - gold - aside), missed + len(gold - found)
        letters += sum(map(str.isalnum, row.text))
        for span in row.spans:
            if span[2] == "PERSON":
                people, covered = people + 1, covered + (_letters(row, [span], _FOLDED) <= found)
    precision, recall = hit / max(1, hit + false), hit / max(1, hit + missed)
    f2 = 5 * precision * recall / max(1e-9, 4 * precision + recall)
    shares = {"precision": precision, "recall": recall, "f2": f2}
    return shares | {"people": covered / max(1, people), "over": false / max(1, letters)}
