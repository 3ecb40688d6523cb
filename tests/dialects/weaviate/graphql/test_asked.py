"""Is what was read printed in one way?"""

from vecgate.dialects.weaviate.graphql.asked import text
from vecgate.dialects.weaviate.graphql.document import of


def test_a_text_ends_nothing() -> None:
    """W-41"""
    odd = 'a"\\\n\r\t\x00\u2028\ufeff\u0085é😀'
    assert text(odd).count('"') == 3
    assert "\n" not in text(odd)
    asked = of(f'{{Get{{P(where:{{path:["a"],operator:Equal,valueText:{text(odd)}}}){{a}}}}}}')
    assert asked[0].arguments["where"] == {"path": ["a"], "operator": "Equal", "valueText": odd}
