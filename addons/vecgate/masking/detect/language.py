"""In which language is this? Told only when it is sure; a name, a title, a line of a log is in none.

Latin script: the commonest small words of each language are counted. A word of several languages counts for each,
one of English counts for English most of all, so that a quotation does not turn an English text. Other scripts tell
by themselves; within Cyrillic, Arabic and Devanagari it is the script that is told, by its commonest language.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

#: What the default model reads, and what a text is in when nothing is sure.
DEFAULT: Final = "en"
#: A text is judged by so many of its first characters.
_ENOUGH: Final = 1000
_SHORTEST: Final = 40
_FEWEST: Final = 4
_DISTINCT: Final = 3
#: So large a share of a text's words are small ones of its language, and so much more often than those of English.
_SHARE: Final = 0.2
_MORE: Final = 2.0
_SCRIPT_LETTERS: Final = 20

_WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL_WORDS: Final = {
    "en": """the of and to in is that for it was on are as with his they at be this have from or had by but what all
        were we when your can said there use an each which she do how their if will up about out many then them these
        so some her would make like him into has not you my who our been its no than more could should please thanks
        he me i a""",
    "de": """der die das und ist nicht ein eine einen einem einer ich sie wir mit auf für von dem den des zu im auch
        sich als nach bei wird werden oder aber haben hat sind war wenn wie noch nur über bitte ihre ihr mein wurde""",
    "fr": """le la les des un une et est pas que qui dans pour sur avec ce cette nous vous je il elle au aux du par
        plus son sa ses mais ou où être ont été sont votre notre mon très merci bonjour d l n qu""",
    "es": """el la los las de que y en un una es por con para no se del al lo como más pero sus le ya o este sí porque
        esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos usted gracias su ha son""",
    "it": """il lo la i gli le di che e è un una in per con non si del della dei delle da al alla come più ma sono ho
        ha anche se mi ci nel nella questo questa suo sua grazie perché l d""",
    "pt": """o a os as de que e em um uma é para com não se do da dos das no na por mais como mas ao foi ele ela seu sua
        ou ser quando muito há nos já está eu também pelo pela até isso são você obrigado""",
    "nl": """de het een en van is dat op te in niet met zijn voor er aan die hij ik wij je ook als maar om bij uit nog
        naar heeft hebben wordt deze dit door over kan geen uw mijn worden werd""",
    "sv": """och att det som en på är av för med den till inte har jag om ett var men vi så från han hon kan ska eller
        när vid du mycket efter också detta din hej""",
    "da": """og at det som en på er af for med den til ikke har jeg om et var men vi så fra han hun kan skal eller når
        ved du efter også dette din hej der blev""",
    "no": """og at det som en på er av for med den til ikke har jeg om et var men vi så fra han hun kan skal eller når
        ved du etter også dette din hei ble""",
    "fi": """ja on ei että se oli hän mutta ovat kun niin myös tai joka kuin mitä minä sinä me te he ole olen olla sen
        tämä jos vain nyt kanssa jälkeen hyvä kiitos""",
    "pl": """i w nie na się że z do to jest jak o ale po co za od tak czy przez dla już był była tylko są mnie ma ich
        oraz może jego jej pan pani proszę dziękuję""",
    "cs": """a se v na je že to s z do o i ale jako za by pro tak po jsem jsou byl byla které který nebo jeho však už
        podle při od děkuji prosím není""",
    "hu": """a az és hogy nem is egy van volt meg ez de mint csak már ha el vagy még minden után kell lehet aki ami
        azt ezt között köszönöm kérem""",
    "ro": """și în de la cu nu o un pe este sunt din care că mai pentru a fost ce sau dar după până fi am ai are lui ei
        mulțumesc""",
    "tr": """ve bir bu da de için ile çok daha ne gibi kadar olan olarak var ben o mi değil ama en sonra her şey
        ya yok teşekkürler ancak""",
    "et": """ja on ei et see oli ta kui aga ka mis oma või ma ning kes nii siis välja pärast kuid need mida tuleb meie
        aitäh palun""",
    "id": """yang dan di ini itu dengan untuk dari tidak dalam akan pada juga saya ke karena bisa ada kami mereka kita
        sudah oleh atau telah terima kasih""",
}  # fmt: skip
_LANGUAGES: Final = tuple(_SMALL_WORDS)
#: The small words of English.
ENGLISH: Final = frozenset(_SMALL_WORDS["en"].split())


def _table() -> Iterator[tuple[str, tuple[int, ...]]]:
    spoken: dict[str, list[int]] = {}
    for number, (name, words) in enumerate(_SMALL_WORDS.items()):
        for word in set(words.split()) if name != DEFAULT else ():
            spoken.setdefault(word, []).append(number)
    return ((word, tuple(numbers)) for word, numbers in spoken.items())


_SPOKEN: Final = dict(_table())
_SCRIPTS: Final = re.compile(
    "(?P<el>[\u0370-\u03ff])|(?P<ru>[\u0400-\u04ff])|(?P<he>[\u0590-\u05ff])|(?P<ar>[\u0600-\u06ff])"
    "|(?P<hi>[\u0900-\u097f])|(?P<th>[\u0e00-\u0e7f])|(?P<ja>[\u3040-\u30ff])|(?P<ko>[\uac00-\ud7af])"
    "|(?P<zh>[\u4e00-\u9fff])"
)


_ANY_SCRIPT: Final = re.compile("[\u0370-\u06ff\u0900-\u0e7f\u3040-\u9fff\uac00-\ud7af]")


def _by_script(text: str) -> str | None:
    """The language of a script most of the letters are in."""
    if not _ANY_SCRIPT.search(text):
        return None
    seen: dict[str, int] = {}
    for match in _SCRIPTS.finditer(text):
        seen[match.lastgroup or ""] = seen.get(match.lastgroup or "", 0) + 1
    if "ja" in seen:  # which also has Chinese signs
        seen["ja"] += seen.pop("zh", 0)
    found, most = max(seen.items(), key=lambda s: s[1], default=("", 0))
    return found if most >= _SCRIPT_LETTERS and 2 * most > sum(map(str.isalpha, text)) else None


def _by_words(text: str) -> str | None:
    words = _WORD.findall(text.lower())
    english = sum(word in ENGLISH for word in words)
    if english > _SHARE * len(words):
        return None
    counts: Counter[int] = Counter()
    distinct: Counter[int] = Counter()
    for word, number in Counter(words).items():
        for language in _SPOKEN.get(word, ()):
            counts[language] += number
            distinct[language] += len(word) > 1
    for number, most in counts.most_common(1):
        if most >= max(_FEWEST, _SHARE * len(words), _MORE * (english + 1)) and distinct[number] >= _DISTINCT:
            return _LANGUAGES[number]
    return None


def is_small_word(word: str) -> bool:
    """Whether it is one of the small words of some language but English."""
    return word.lower() in _SPOKEN


def language(text: str) -> str:
    """The ISO 639-1 code of a text's language; `DEFAULT` unless another is certain."""
    head = text[:_ENOUGH]
    if len(head) < _SHORTEST and head.isascii():
        return DEFAULT
    if not head.isascii() and (found := _by_script(head)):
        return found
    return (_by_words(head) if len(head) >= _SHORTEST else None) or DEFAULT
