"""How else are people written, and what looks like a name and is none? Slots for `templates/odd` and `/nobody`."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from .makers import Makers, words

#: Locales whose Faker has real words, and names in their own letters.
_SPEAKING: Final = (
    "ru_RU el_GR ar_AA he_IL ja_JP zh_CN th_TH uk_UA fa_IR bn_BD hy_AM de_DE fr_FR pl_PL nl_NL es_ES it_IT cs_CZ da_DK "
    "vi_VN az_AZ es_ES nl_NL fr_FR ru_RU el_GR ar_AA"
).split()
_LATIN: Final = "de_DE fr_FR pl_PL nl_NL es_ES it_IT cs_CZ da_DK".split()
_WRITING: Final = (
    "ru_RU uk_UA el_GR bg_BG ja_JP zh_CN ko_KR ar_AA he_IL hi_IN th_TH fa_IR bn_BD ka_GE hy_AM ta_IN hi_IN th_TH"
).split()
#: Faker's Korean has no words of its own.
_KOREAN: Final = (
    "배송이 늦어져서 죄송합니다 "
    "제품을 다시 보내 드리겠습니다 오늘 오후에 서버가 다시 시작되었습니다 설정을 변경한 후에 "
    "저장 버튼을 눌러 주세요 이 문서는 설치 방법을 설명합니다 주문 번호를 확인해 주시기 바랍니다 환불은 영업일 기준 "
    "삼일 안에 처리됩니다 새로운 기능이 추가되었습니다 사용자 안내서를 참고하세요 비밀번호를 잊으셨나요"
).split()
_MISREAD: Final = {"o": "0", "O": "0", "l": "1", "I": "l", "i": "1", "e": "c", "m": "rn", "S": "5", "B": "8", "a": "o"}
_EMOJI: Final = "😀😂👏🎉🙏❤️👍🔥✨🥳😢🙌💪👋🎂🚀"
_PARTS: Final = (
    "get set is has on to from parse render fetch load save make build read write find map row item user list "
    "node value index key path name type state data event handler client server config options error result batch "
    "query token cache lhs rhs fixed arr replica tabs listener bar foo"
).split()


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("đ", "d").replace("Đ", "D"))
    return re.sub("[^a-z]", "", folded.encode("ascii", "ignore").decode().lower()) or "anna"


#: Slot -> its label, "" where it is nobody's.
SLOTS: Final = {
    **dict.fromkeys((
        "first", "last", "last_s", "first_lower", "word_given", "word_person", "odd_person", "odd_person_lower",
        "upper_person", "initial_person", "last_first", "last_initials", "vi", "slug", "Slug", "ocr_person",
        "broken_person", "abroad_person",
    ), "PERSON"),
    **dict.fromkeys(("product", "upper_org"), "ORG"),
    **dict.fromkeys(("emoji", "abroad", "abroad_words", "latin", "latin_words", "random_acronym", "camel", "pascal",
        "snake",
        "upper_thing",
    ), ""),
}  # fmt: skip


class Odd:
    """More slots; `None` for those it does not know."""

    def __init__(self, makers: Makers) -> None:
        self._makers, self._pick, self._fakes = makers, makers.random, makers.abroad

    def __call__(self, slot: str) -> str | None:
        way: Callable[[], str] | None = getattr(self, f"_{slot}") if slot in SLOTS else None
        return None if way is None else way()

    def _first(self) -> str:
        return self._makers.first()

    def _last(self) -> str:
        return self._makers.last()

    def _last_s(self) -> str:
        name = self._last()
        return name if name.endswith("s") else f"{name}s"

    def _first_lower(self) -> str:
        return self._first().lower()

    def _word_given(self) -> str:
        return self._pick.choice(words("word_given"))

    def _word_person(self) -> str:
        given = self._first() if self._pick.random() < 0.7 else self._word_given()
        family = self._pick.choice(words("word_family")) if self._pick.random() < 0.8 else self._last()
        return f"{given} {family}"

    def _odd_person(self) -> str:
        ways = (self._word_person, self._vi, self._last_first, self._initial_person, self._makers.person)
        return self._pick.choices(ways, (3, 1, 0.5, 1, 5))[0]()

    def _odd_person_lower(self) -> str:
        return f"{self._first()} {self._last()}".lower()

    def _upper_person(self) -> str:
        return self._odd_person().upper()

    def _initial_person(self) -> str:
        letter, more = self._pick.choice("ABCDEFGHJKLMNPRSTVWZ"), self._pick.choice(("", "", "J. ", "M. "))
        family = self._last() if self._pick.random() < 0.8 else self._pick.choice(words("word_family"))
        return f"{letter}. {more}{family}"

    def _last_first(self) -> str:
        family = self._last() if self._pick.random() < 0.85 else f"{self._last()}-{self._last()}"
        given = self._pick.choices(
            (self._first(), f"{self._first()[0]}.", f"{self._first()} {self._first()[0]}.",
             f"{self._first()}-{self._first()}", f"{self._first()[0]}. {self._first()[0]}."),
            (6, 1, 1, 1, 1),
        )[0]  # fmt: skip
        return f"{family.upper() if self._pick.random() < 0.1 else family}, {given}"

    def _last_initials(self) -> str:
        letters = "".join(self._pick.choices("ABCDEFGHJKLMNPRSTVWYZ", k=self._pick.choice((1, 2))))
        return f"{self._last()} {letters}" if self._pick.random() < 0.6 else f"{self._last()}, {'. '.join(letters)}."

    def _vi(self) -> str:
        pick = self._pick
        parts = [pick.choice(words("vi_family")), pick.choice(words("vi_middle")), pick.choice(words("vi_given"))]
        if pick.random() < 0.25:
            del parts[1]
        elif pick.random() < 0.2:
            parts.insert(2, pick.choice(words("vi_middle")))
        name = " ".join(parts)
        if pick.random() < 0.45:
            folded = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
            name = folded.encode("ascii", "ignore").decode()
        return name

    def _slug(self) -> str:
        first, last = _plain(self._first()), _plain(self._last())
        form = self._pick.choice(("{0}_{1}", "{0}.{1}", "{0}-{1}", "{1}_{0}", "{1}-{0}", "{0}"))
        return form.format(first, last)

    def _Slug(self) -> str:
        between = self._pick.choice((" ", "_", "."))
        return between.join(part.capitalize() for part in (_plain(self._first()), _plain(self._last())))

    def _ocr_person(self) -> str:
        name = f"{self._first()} {self._last()}"
        places = [i for i, c in enumerate(name) if c in _MISREAD]
        for at in sorted(self._pick.sample(places, min(len(places), self._pick.choice((1, 1, 2)))), reverse=True):
            name = name[:at] + _MISREAD[name[at]] + name[at + 1 :]
        return name

    def _broken_person(self) -> str:
        return self._pick.choice(("{0}\n{1}", "{0}  {1}", "{0} \n{1}")).format(self._first(), self._last())

    def _emoji(self) -> str:
        return self._pick.choice(_EMOJI)

    def _abroad_person(self) -> str:
        fake: Any = self._fakes(self._pick.choice(_WRITING))
        return re.sub(r"\s+", " ", str(fake.name() if self._pick.random() < 0.6 else fake.first_name())).strip()

    def _abroad(self) -> str:
        if self._pick.random() < 0.12:
            return " ".join(self._pick.choices(_KOREAN, k=self._pick.randint(3, 9))) + "."
        return str(self._fakes(self._pick.choice(_SPEAKING)).sentence(nb_words=self._pick.randint(3, 14)))

    def _abroad_words(self) -> str:
        return self._abroad().rstrip(".").lower()

    def _latin(self) -> str:
        return str(self._fakes(self._pick.choice(_LATIN)).sentence(nb_words=self._pick.randint(2, 7))).rstrip(".")

    def _latin_words(self) -> str:
        return self._latin().lower()

    def _random_acronym(self) -> str:
        letters = "".join(self._pick.choices("ABCDEFGHIJKLMNOPRSTUVWX", k=self._pick.choice((2, 3, 3, 4, 4, 5))))
        form = self._pick.choice(("{0}", "{0}", "{0}", "{0}-{1}", "{0}{1}", "{2}{0}", "{0}s"))
        return form.format(letters, self._pick.randint(1, 19), self._pick.choice("abcdehimnps"))

    def _camel(self) -> str:
        first, *rest = self._pick.choices(_PARTS, k=self._pick.choice((1, 2, 2, 3)))
        return first + "".join(part.capitalize() for part in rest)

    def _pascal(self) -> str:
        return "".join(part.capitalize() for part in self._pick.choices(_PARTS, k=self._pick.choice((2, 2, 3))))

    def _snake(self) -> str:
        return "_".join(self._pick.choices(_PARTS, k=self._pick.choice((1, 2, 2, 3))))

    def _product(self) -> str:
        coined = self._pick.choice(words("coined"))
        return coined if self._pick.random() < 0.5 else coined[: len(coined) // 2 + 1] + self._pick.choice(
            ("ly", "io", "ify", "mart", "base", "flow", "a", "is", "ix", "desk")
        )  # fmt: skip

    def _upper_thing(self) -> str:
        return self._pick.choice(words("thing")).upper()

    def _upper_org(self) -> str:
        return f"{self._makers.org().upper()} {self._pick.choice(('SDN BHD', 'PTE LTD', 'ENTERPRISE', 'TRADING'))}"
