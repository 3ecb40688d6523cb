"""Under which numbers does the network know a word's features? spaCy's hashes, of many strings at once.

A string's number is MurmurHash64A with the seed 1 of its UTF-8, but for the names spaCy has numbers of its own for; a
number's four places in a hash table are the words of its MurmurHash3 (x64, 128 bits).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

_M: Final = 0xC6A4A7935BD1E995
_R: Final = 47
_ALL: Final = 0xFFFFFFFFFFFFFFFF
#: Bytes of a string that is hashed beside others; a longer one is hashed alone.
_WIDE: Final = 64
#: What spaCy calls its own features and labels, as far as a word, in small letters, or three letters of one can be so.
_NAMED: Final = (
    "ID=64 POS=74 TAG=75 DEP=76 IDX=455 ADJ=84 ADP=85 ADV=86 AUX=87 DET=90 NUM=93 SYM=99 X=101 EOL=102 ORG=383 GPE=384 "
    "LOC=385 LAW=390 acomp=398 advcl=399 advmod=400 agent=401 amod=402 appos=403 attr=404 aux=405 auxpass=406 cc=407 "
    "ccomp=408 complm=409 conj=410 cop=411 csubj=412 csubjpass=413 dep=414 det=415 dobj=416 expl=417 hmod=418 hyph=419 "
    "infmod=420 intj=421 iobj=422 mark=423 meta=424 neg=425 nmod=426 nn=427 npadvmod=428 nsubj=429 nsubjpass=430 "
    "num=431 number=432 oprd=433 obj=434 obl=435 parataxis=436 partmod=437 pcomp=438 pobj=439 poss=440 possessive=441 "
    "preconj=442 prep=443 prt=444 punct=445 quantmod=446 relcl=447 rcmod=448 root=449 xcomp=450 acl=451 _=456"
)
_SYMBOLS: Final = {name: int(number) for name, _, number in (one.partition("=") for one in _NAMED.split())}


def number(string: str) -> int:
    """The number of one string."""
    if not string or string in _SYMBOLS:
        return _SYMBOLS.get(string, 0)
    raw = string.encode()
    size = len(raw)
    mixed = 1 ^ (size * _M & _ALL)
    for at in range(0, size - 7, 8):
        block = int.from_bytes(raw[at : at + 8], "little") * _M & _ALL
        mixed = (mixed ^ ((block ^ (block >> _R)) * _M & _ALL)) * _M & _ALL
    if size & 7:
        mixed = (mixed ^ int.from_bytes(raw[size & ~7 :], "little")) * _M & _ALL
    mixed = (mixed ^ (mixed >> _R)) * _M & _ALL
    return mixed ^ (mixed >> _R)


def numbers(strings: Sequence[str]) -> Any:
    """The numbers of many strings: an array of unsigned 64 bits."""
    raws = [string.encode() for string in strings]
    sizes = np.fromiter(map(len, raws), dtype=np.uint64, count=len(raws))
    wide = min(_WIDE, -(-int(sizes.max(initial=1)) // 8) * 8)
    blocks = np.array(raws, dtype=f"S{wide}").view("<u8").reshape(len(raws), wide // 8)
    mixed = np.uint64(1) ^ (sizes * np.uint64(_M))
    for at in range(wide // 8):
        live = np.flatnonzero(sizes > 8 * at)
        block = blocks[live, at]
        whole = block * np.uint64(_M)
        whole = (whole ^ (whole >> np.uint64(_R))) * np.uint64(_M)
        block = np.where(sizes[live] >= 8 * (at + 1), whole, block)  # the rest of a string is not turned
        mixed[live] = (mixed[live] ^ block) * np.uint64(_M)
    mixed = (mixed ^ (mixed >> np.uint64(_R))) * np.uint64(_M)
    mixed ^= mixed >> np.uint64(_R)
    for at, string in enumerate(strings):
        if string in _SYMBOLS or not string or len(raws[at]) > wide:
            mixed[at] = number(string)
    return mixed


def _finished(values: Any) -> Any:
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


def places(ids: Any, seeds: Any) -> tuple[Any, Any, Any, Any]:
    """Four numbers of 32 bits for each number of 64, each column with its seed."""
    turned = ids * np.uint64(0x87C37B91114253D5)
    turned = ((turned << np.uint64(31)) | (turned >> np.uint64(33))) * np.uint64(0x4CF5AD432745937F)
    second = seeds ^ np.uint64(8)
    first = (turned ^ second) + second
    second = _finished(second + first)
    first = _finished(first) + second
    second = second + first
    low = np.uint64(0xFFFFFFFF)
    return first & low, first >> np.uint64(32), second & low, second >> np.uint64(32)
