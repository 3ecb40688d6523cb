"""What goes in with a request, and which vectors were made of what is masked now?"""

from vecgate.dialects.milvus import inward


def test_rows_are_stored_and_texts_searched_for() -> None:
    assert inward.inlets("entities_insert").payload == ("/data/*",)
    assert inward.inlets("entities_search").query == ("/data/*",)
    assert inward.inlets("entities_hybrid_search").query == ("/search/*/data/*",)
    assert inward.inlets("collections_list").payload == ()


def test_a_vector_beside_what_was_masked_is_unclean() -> None:
    before = {"data": [{"name": "Eva", "vec": [0.1]}, {"name": "Eva"}, {"name": "x", "vec": [0.1]}]}
    after = {"data": [{"name": "<P>", "vec": [0.1]}, {"name": "<P>"}, {"name": "x", "vec": [0.1]}]}
    assert inward.unclean_vectors("entities_upsert", before, after) == 1  # type: ignore[arg-type]
    assert inward.unclean_vectors("entities_query", before, after) == 0  # type: ignore[arg-type]
