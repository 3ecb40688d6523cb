"""How is the network made and taught?"""

import random
import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import spacy
from spacy.training import Example
from thinc.api import Adam, NumpyOps

from vecgate.masking.detect.features import install
from vecgate.masking.detect.reader.words import Words

from .grammar import Row

LABELS: Final = ("PERSON", "LOC", "ORG", "ADDRESS")
#: Width and rows of the hash tables for NORM, PREFIX, SUFFIX, SHAPE and what a word is known for.
TABLES: Final = [[64, 5000], [24, 1500], [48, 2500], [32, 1000], [24, 200]]


def student(words: Words, width: int = 64, depth: int = 3, hidden: int = 64) -> Any:
    """A pipeline that finds names and nothing else, not taught yet."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "vecgate.Tokenizer.v1"}}})
    embed = {
        "@architectures": "vecgate.WordsEmbed.v1", "width": width, "tables": TABLES,
        "vector": int(words.vectors.shape[1]),
    }  # fmt: skip
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": width, "depth": depth, "window_size": 1,
        "maxout_pieces": 3,
    }  # fmt: skip
    network = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": False,
        "hidden_width": hidden, "maxout_pieces": 2, "use_upper": True,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }  # fmt: skip
    ner = nlp.add_pipe("ner", config={"model": network})
    for label in LABELS:
        ner.add_label(label)
    install(nlp, words)
    return nlp


def example(nlp: Any, row: Row) -> Example:
    """A text as the model will see it, with what is right."""
    doc = nlp.make_doc(row.text)
    entities, end = [], -1
    for start, stop, label in sorted(row.spans):
        span = doc.char_span(start, stop, label=label, alignment_mode="expand")
        if span is not None and span.start_char >= end and span.text.strip() == span.text:
            entities.append((span.start_char, span.end_char, label))
            end = span.end_char
    return Example.from_dict(doc, {"entities": entities})


def _batches(examples: list[Example], tokens: int) -> Iterator[list[Example]]:
    batch, weight = [], 0
    for one in examples:
        batch.append(one)
        weight += len(one.reference)
        if weight >= tokens:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def optimizer() -> Adam:
    """Adam, which also keeps the mean of the weights."""
    return Adam(0.001, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)


def begin(nlp: Any, examples: list[Example], seed: int) -> Adam:
    """Random weights, quick arithmetic."""
    random.seed(seed)
    np.random.seed(seed)
    spacy.util.fix_random_seed(seed)
    nlp.initialize(lambda: examples[:300])
    ops = NumpyOps(use_blis=False)
    for node in nlp.get_pipe("ner").model.walk():
        node.ops = ops
    return optimizer()


def teach(
    nlp: Any, examples: list[Example], optimizer: Adam, epochs: int, rate: float = 0.001, tokens: int = 2000
) -> Iterator[int]:
    """Go over all examples `epochs` times, more and more slowly, so many tokens at a time; yields after each time."""
    began, done, total = time.monotonic(), 0, epochs * sum(len(e.reference) for e in examples)
    for epoch in range(epochs):
        random.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in _batches(examples, tokens if epoch else tokens // 2):
            optimizer.learn_rate = rate * max(0.03, 1 - done / total) * min(1.0, 0.1 + done / 50_000)
            nlp.update(batch, sgd=optimizer, drop=0.1, losses=losses)
            done += sum(len(e.reference) for e in batch)
        print(f"epoch {epoch}: loss {losses['ner']:.0f}, {(time.monotonic() - began) / 60:.1f} min", flush=True)
        yield epoch


def settle(nlp: Any, optimizer: Adam) -> None:
    """Take the mean of the weights on the way."""
    for node in nlp.get_pipe("ner").model.walk():
        for name in node.param_names:
            mean = optimizer.averages.get((node.id, name))
            if mean is not None:
                node.set_param(name, mean)
