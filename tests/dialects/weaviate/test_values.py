"""Which values are brought to one form?"""

from typing import Any

import pytest

from support.tools.every import every
from support.weaviate.asked import ANNA
from vecgate.dialects.weaviate.values import BEACON, ID, KEY, NAME, PROPERTIES, TENANT, VECTOR
from vecgate.parsing.forms import Form
from vecgate.refusals.errors import CallRefused


@every(("form", "given", "one"), [
    (NAME, "person", "Person"), (KEY, "Name", "name"), (ID, ANNA.upper(), ANNA), (ID, ANNA.replace("-", ""), ANNA),
    (ID, f"URN:uuid:{ANNA}", ANNA), (ID, f"{{{ANNA}}}", ANNA), (VECTOR, [1, 2.5], [1, 2.5]),
])  # fmt: skip
def test_a_value_is_brought_to_one_form(form: Form, given: Any, one: Any) -> None:
    """W-12, W-16, W-25"""
    assert form.read(given, "x") == one


@every(("form", "given"), [
    (NAME, "a-b"), (NAME, "ns:Person"), (KEY, "a.b"), (ID, ANNA[:-1]), (ID, ANNA.replace("-", "", 1)),
    (ID, "{" + ANNA), (ID, "urn:uuid:" + ANNA.replace("-", "")), (ID, "urn:" + ANNA), (ID, ANNA + "\n"), (VECTOR, []), (VECTOR, [[1]]),
    (VECTOR, [None]), (TENANT, "a,b"), (TENANT, ""), (BEACON, "weaviate://elsewhere/" + ANNA),
])  # fmt: skip
def test_what_is_none_is_refused(form: Form, given: Any) -> None:
    with pytest.raises(CallRefused):
        form.read(given, "x")


@every(("link",), [
    ("weaviate://localhost/company/" + ANNA,), ("weaviate://localhost/%43ompany/" + ANNA,), ("WEAVIATE://localhost/Company/" + ANNA,),
    ("weaviate://localhost/Company/" + ANNA.upper(),), (1,), ({"Beacon": "weaviate://localhost/Company/" + ANNA},),
])  # fmt: skip
def test_a_link_in_a_property_has_one_spelling(link: Any) -> None:
    """W-18: what is linked to is decided on, so it must be told from the text alone."""
    with pytest.raises(CallRefused, match="beacon"):
        PROPERTIES.read({"worksAt": [{"beacon": link}]}, "properties")
    fine = {"worksAt": [{"beacon": "weaviate://localhost/Company/" + ANNA}]}
    assert PROPERTIES.read(fine, "properties") == fine
