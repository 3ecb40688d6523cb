"""What did the database say? Its JSON, within the bounds of answers."""

import asyncio

import orjson

from vecgate.domain.call import Json
from vecgate.parsing.framing import LARGE
from vecgate.parsing.strict_json import Bounds, NotStrict, TooMany, check
from vecgate.refusals.errors import AnswerTooLarge, MaskFailed
from vecgate.settings.limits import Limits


async def read(body: bytes, limits: Limits) -> Json:
    """The same as `parsed`; a large answer is read beside the loop, so that others have their turns meanwhile."""
    return parsed(body, limits) if len(body) <= LARGE else await asyncio.to_thread(parsed, body, limits)


def parsed(body: bytes, limits: Limits) -> Json:
    """The JSON an upstream answered with; None for an empty body. Raises MaskFailed, AnswerTooLarge."""
    if not body:
        return None
    try:
        check(body, Bounds(limits.json_depth, limits.answer_containers, limits.answer_values))
        tree: Json = orjson.loads(body)
    except TooMany as e:
        raise AnswerTooLarge(str(e), e.limit) from e
    except NotStrict as e:
        raise MaskFailed(str(e)) from e
    except orjson.JSONDecodeError as e:
        raise MaskFailed("the answer is not JSON") from e
    return tree
