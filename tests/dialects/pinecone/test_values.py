"""What is an id, a namespace, a vector, and what may be stored?"""

import pytest

from support.tools.every import every
from vecgate.dialects.pinecone.values import ID, METADATA, NAME, NAMESPACE, SPARSE
from vecgate.domain.call import Json
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused


@every(("form", "value"), [(ID, "a b/c"), (ID, "ü"), (NAME, "a-1"), (NAMESPACE.form, ""), (METADATA, {"a": ["x"], "b": 1, "c": True}),
                           (SPARSE, {"indices": [1], "values": [0.5]})], ids=str)  # fmt: skip
def test_what_fits_is_taken_as_it_is(form: Form, value: Json) -> None:
    assert form.read(value, "at") is value


@every(("form", "value"), [(ID, ""), (ID, "a\n"), (ID, "x" * 513), (ID, 1), (NAME, "A"), (NAME, "-a"), (NAME, "a_b"), (NAMESPACE.form, "a\x00"),
                           (METADATA, {"a": {"b": 1}}), (METADATA, {"a": [1]}), (METADATA, {"a": None}), (METADATA, {"$a": 1}),
                           (SPARSE, {"indices": [-1], "values": [0.5]}), (SPARSE, {"indices": [1]})], ids=str)  # fmt: skip
def test_everything_else_is_refused(form: Form, value: Json) -> None:
    """N-22"""
    with pytest.raises(CallRefused):
        form.read(value, "at")
