"""Does what REST has no word for ride beside the twin?"""

from vecgate.dialects.base.dialect import JSON_HEADERS
from vecgate.dialects.milvus.grpc import options
from vecgate.domain.call import Call


def test_an_option_is_a_header_of_the_canonical_call() -> None:
    call = Call("POST", "/x", headers=options.headers({options.PAGED: "iterator", options.KEY: ""}))
    assert call.headers == (*JSON_HEADERS, ("grpc-paged", "iterator"))
    assert (options.of(call, options.PAGED), options.of(call, options.KEY)) == ("iterator", "")
