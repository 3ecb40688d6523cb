"""What goes in with a request, and which vectors were made of what is masked now?"""

from typing import Any

import pytest

from support.fakes.inbound import ADDRESS, profile, shown, tools
from vecgate.dialects.milvus import inward, sites
from vecgate.domain.decision import Inputs
from vecgate.masking.inputs.inbound import Asked, Entry, Inbound
from vecgate.refusals.errors import CallRefused


def test_rows_are_stored_and_texts_searched_for() -> None:
    assert inward.inlets("entities_insert", "pk").payload == ("/data/*",)
    assert inward.inlets("entities_insert", "pk").names == ("/data/*/pk",)
    assert inward.inlets("entities_search", "pk").query == ("/data/*",)
    assert inward.inlets("entities_hybrid_search", "pk").query == ("/search/*/data/*",)
    assert inward.inlets("collections_list", "pk").payload == ()


async def cleaned(name: str, tree: Any, operator: str) -> tuple[Any, dict[str, int]]:
    entry = Entry(
        tree,
        inward.inlets(name, "pk"),
        lambda tree, each: sites.rewritten(name, tree, each, "pk"),
        lambda before, after: inward.unclean_vectors(name, before, after),
    )
    inputs = Inputs(payload="mask", filters="translate", embeddings="refuse")
    return await Inbound().clean(entry, Asked("imports", inputs, profile(operator)), tools())


async def test_two_records_whose_ids_are_personal_stay_two_and_are_found() -> None:
    rows = [{"pk": ADDRESS, "vec": [0.1]}, {"pk": f"x{ADDRESS}", "vec": [0.1], "mail": ADDRESS}]
    first, second = [await shown(one, profile("pseudonym")) for one in (ADDRESS, f"x{ADDRESS}")]
    with pytest.raises(CallRefused, match=r"input\.embedding"):  # of the second: there what the vector is of is masked
        await cleaned("entities_insert", {"data": rows}, "pseudonym")
    for row in rows:
        row.pop("vec")
    tree, counts = await cleaned("entities_insert", {"data": rows}, "pseudonym")
    assert tree["data"] == [{"pk": first}, {"pk": second, "mail": first}]
    assert counts == {"EMAIL": 3}
    assert (await cleaned("entities_get", {"id": [ADDRESS, f"x{ADDRESS}"]}, "pseudonym"))[0] == {"id": [first, second]}
    assert (await cleaned("v1_delete", {"id": ADDRESS}, "pseudonym"))[0] == {"id": first}
    asked = {"filter": f'pk in ["{ADDRESS}"]'}
    assert (await cleaned("entities_delete", asked, "pseudonym"))[0] == {"filter": f'pk in ["{first}"]'}


async def test_ids_that_would_become_one_are_refused() -> None:
    with pytest.raises(CallRefused, match=r"input\.personal"):
        await cleaned("entities_upsert", {"data": [{"pk": ADDRESS}, {"pk": f"x{ADDRESS}"}]}, "replace")


def test_a_vector_beside_what_was_masked_is_unclean() -> None:
    before = {"data": [{"name": "Eva", "vec": [0.1]}, {"name": "Eva"}, {"name": "x", "vec": [0.1]}]}
    after = {"data": [{"name": "<P>", "vec": [0.1]}, {"name": "<P>"}, {"name": "x", "vec": [0.1]}]}
    assert inward.unclean_vectors("entities_upsert", before, after) == 1  # type: ignore[arg-type]
    assert inward.unclean_vectors("entities_query", before, after) == 0  # type: ignore[arg-type]
