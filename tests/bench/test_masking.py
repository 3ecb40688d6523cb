"""The masking benchmark counts rightly, and its sets are what they say: the same for a seed, with the data where told."""

import ast
import asyncio
import base64
import html
import json
import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest
from stdnum import iban, luhn

from bench.masking import __main__ as masking
from bench.masking import aims, speed, tables
from bench.masking import sets as masking_sets
from bench.masking.accuracy import Set, ask, errors, judge, read, sets
from bench.masking.env import EnvironmentFailed, Side
from bench.masking.obfuscations import OBFUSCATIONS
from bench.masking.score import ASIDE, PLACE, Document, Share, Span, covered, masked_share, named, score, share
from bench.masking.values import LOCALES, Values, chance
from vecgate.domain.profiles import ENTITIES
from vecgate.settings.masking import Masking

REPOSITORY: Final = Path(__file__).resolve().parents[2]
TEXT: Final = "Anu Kotkas lives in Tartu, mail anu@kotkas.ee"
GOLD: Final = (Span(0, 10, "PERSON"), Span(20, 25, "LOCATION"), Span(32, 45, "EMAIL"))

# --- the score: what was found in TEXT -> core precision and recall, span precision and recall, cover ---
SCORES: Final[list[tuple[str, list[tuple[int, int, str]], tuple[float, float, float, float, float]]]] = [
    ("nothing found", [], (0, 0, 0, 0, 0)),
    ("all found", [(0, 10, "PERSON"), (20, 25, "LOCATION"), (32, 45, "EMAIL")], (1, 1, 1, 1, 1)),
    ("edges without letters are free", [(0, 11, "PERSON"), (19, 26, "LOCATION"), (31, 45, "EMAIL")], (1, 1, 1, 1, 1)),
    ("found in two pieces: every letter, but one span", [(0, 3, "PERSON"), (4, 10, "PERSON")], (1, 9 / 25, 0.5, 1 / 3, 1 / 3)),
    ("a third of a name is no span", [(0, 3, "PERSON")], (1, 3 / 25, 0, 0, 0)),
    ("half of both together is enough", [(0, 17, "PERSON")], (9 / 14, 9 / 25, 1, 1 / 3, 1 / 3)),
    ("a wrong type covers, and counts in the core", [(0, 10, "PHONE")], (1, 9 / 25, 0, 0, 1 / 3)),
    ("an address is as good as a place", [(20, 25, "ADDRESS")], (1, 5 / 25, 1, 1 / 3, 1 / 3)),
    ("what others call it", [(0, 10, "PER"), (32, 45, "EMAIL_ADDRESS")], (1, 20 / 25, 1, 2 / 3, 2 / 3)),
    ("a false alarm", [(0, 10, "PERSON"), (11, 16, "PERSON")], (9 / 14, 9 / 25, 0.5, 1 / 3, 1 / 3)),
    ("set aside: no false alarm, but it covers", [(0, 10, "ORG"), (11, 16, "ORG")], (0, 0, 0, 0, 1 / 3)),
    ("said twice counts once", [(0, 10, "PERSON"), (0, 10, "PERSON")], (1, 9 / 25, 1, 1 / 3, 1 / 3)),
    ("beyond the end", [(32, 99, "EMAIL")], (1, 11 / 25, 1, 1 / 3, 1 / 3)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "said", "expected"), SCORES, ids=[case for case, *_ in SCORES])
def test_shares_are_those_one_counts_by_hand(
    case: str, said: list[tuple[int, int, str]], expected: tuple[float, ...]
) -> None:
    tree = score([Document(TEXT, GOLD)], [[Span(*one) for one in said]], None).tree()
    core, spans = tree["core"], tree["spans"]
    found = (core["precision"], core["recall"], spans["precision"], spans["recall"], tree["cover"])
    assert found == pytest.approx(expected, abs=1e-4), case


def test_f2_holds_recall_twice_as_dear() -> None:
    assert Share(0.5, 1.0).f2 == pytest.approx(5 / 6)
    assert Share(1.0, 0.5).f2 == pytest.approx(5 / 9)
    assert Share(0.0, 0.0).f2 == 0
    assert share(0, 0, 0) == Share(0, 0)


def test_what_a_set_does_not_label_is_not_held_against_anybody() -> None:
    said = [[Span(0, 10, "PERSON"), Span(11, 16, "PHONE")]]
    document = Document(TEXT, GOLD[:1])
    assert score([document], said, None).tree()["core"]["precision"] == pytest.approx(9 / 14, abs=1e-4)
    assert score([document], said, frozenset({"PERSON"})).tree()["core"]["precision"] == 1


def test_what_is_set_aside_is_neither_asked_for_nor_an_error() -> None:
    document = Document("Acme paid Anu", (Span(0, 4, "ORG"), Span(10, 13, "PERSON")))
    tree = score([document], [[Span(0, 4, "PERSON"), Span(10, 13, "PERSON")]], None).tree()
    assert tree["core"] == {"precision": 1.0, "recall": 1.0, "f2": 1.0}
    assert tree["cover"] == 1
    assert tree["types"]["PERSON"]["characters"]["precision"] == pytest.approx(3 / 7, abs=1e-4)


def test_the_strict_core_knows_no_dates_and_links() -> None:
    document = Document("Anu, 1 May, x.example", (Span(0, 3, "PERSON"),))
    tree = score([document], [[Span(0, 3, "PERSON"), Span(5, 10, "DATE_TIME"), Span(12, 21, "URL")]], None).tree()
    assert tree["core"]["precision"] < 0.5
    assert tree["strict"]["precision"] == 1
    assert tree["over_masked"] == 1


def test_every_entity_has_one_name_in_the_scores() -> None:
    assert {named(entity) for entity in ENTITIES} == {*ENTITIES, PLACE} - {"LOCATION", "ADDRESS", "DATE_OF_BIRTH"}
    assert {"ORG", "HANDLE"} == ASIDE & set(ENTITIES)


def test_cover_asks_for_every_letter_whatever_it_was_called() -> None:
    document = Document(TEXT, GOLD)
    said = [Span(0, 3, "PERSON"), Span(4, 10, "ORG"), Span(32, 44, "EMAIL")]
    assert covered(document, said, [True, True, True]) == 1
    assert covered(document, said, [False, True, True]) == 0


def test_over_masking_spares_what_is_asked_to_be_spared() -> None:
    said = [[Span(0, 2, "PERSON"), Span(3, 5, "US_BANK_NUMBER")]]
    assert masked_share(["ab cd ef"], said, ()) == pytest.approx(4 / 6)
    assert masked_share(["ab cd ef"], said, {"ID"}) == pytest.approx(2 / 6)
    assert masked_share([], [], ()) == 0


# --- the sets ---


class _Faker:
    """Stands in for Faker, which this project does not depend on."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._rng = random.Random()

    def seed_instance(self, seed: int) -> None:
        self._rng.seed(seed)

    def __getattr__(self, method: str) -> Callable[[], str]:
        number = self._rng.randint(100, 999)
        return lambda: {
            "address": f"Ñ Road {number},\n{number} Town",
            "credit_card_number": luhn_card(self._rng),
            "iban": "DE" + iban.calc_check_digits("DE00500105175407324931") + "500105175407324931",
            "domain_name": "example.org",
            "phone_number": f"+1 202 555 0{number}",
        }.get(method, f"{method.title().replace('_', '')}{number}")


def luhn_card(rng: random.Random) -> str:
    body = "4" + "".join(rng.choices("0123456789", k=14))
    return body + luhn.calc_check_digit(body)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    masking_sets.write(folder, 4, 80, _Faker)
    return folder


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_the_same_seed_makes_the_same_sets(made: Path, tmp_path: Path) -> None:
    masking_sets.write(tmp_path / "again", 4, 80, _Faker)
    masking_sets.write(tmp_path / "other", 5, 80, _Faker)
    for file in made.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    assert (tmp_path / "other" / "hits.jsonl").read_bytes() != (made / "hits.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["hits", "hits_adv", "other", "clean"])
def test_spans_lie_in_their_text_in_order_and_apart(made: Path, name: str) -> None:
    rows = _rows(made / f"{name}.jsonl")
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        at = 0
        for start, end, label in row["spans"]:
            assert at <= start < end <= len(row["text"])
            assert label in ENTITIES
            assert row["text"][start:end].strip() == row["text"][start:end]
            at = end
        assert any(label != "DATE" for _, _, label in row["spans"]) == (name != "clean")


def test_names_in_shapes_are_where_they_are_said_to_be(made: Path) -> None:
    rows = _rows(made / "shapes.jsonl")
    assert len({row["kind"] for row in rows}) == 33
    assert {row["half"] for row in rows} == {"developing", "judging"}
    for row in rows:
        assert row["spans"]
        assert all(row["text"][start:end].strip() == row["text"][start:end] for start, end, _ in row["spans"])
        assert "{" not in row["text"].replace('{"', "").replace('":{', "").replace("Header {}", "")


def test_every_template_can_be_filled_and_says_what_it_is() -> None:
    known = masking_sets.load_templates()
    assert len(known["hits"]) >= 30
    for name in ("hits", "other", "clean"):
        texts = [template["text"] for template in known[name]]
        assert len(set(texts)) == len(texts)
        for template in known[name]:
            values = Values(_Faker, random.Random(1), known["fill"])
            parts = masking_sets.render(template["text"], values)
            assert any(part.label not in ("", "DATE") for part in parts) == (name != "clean"), template["text"]


def test_a_gap_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        masking_sets.render("{nobody}", Values(_Faker, random.Random(1), {}))


def test_a_person_is_the_same_throughout_a_document() -> None:
    values = Values(_Faker, random.Random(1), {})
    text = "".join(
        part.text for part in masking_sets.render("{first.a}|{last.a}|{first.a}|{email.a}|{first.b}", values)
    )
    first, last, again, mail, other = text.split("|")
    assert first == again != other
    assert mail.endswith("@example.org")
    assert last


def test_numbers_pass_the_checks_of_their_kind() -> None:
    values = Values(_Faker, random.Random(2), {})
    for _ in range(20):
        assert luhn.is_valid(values("card", "").replace(" ", "").replace("-", ""))
        assert iban.is_valid(values("iban", ""))


def test_chance_is_the_same_for_the_same_seed() -> None:
    assert chance(4, "hits", 1).random() == chance(4, "hits", 1).random() != chance(4, "hits", 2).random()


_READ: Final[dict[str, Callable[[str], str]]] = {
    "zero width": lambda text: "".join(c for c in text if unicodedata.category(c) != "Cf"),
    "full width": lambda text: unicodedata.normalize("NFKC", text),
    "entities": html.unescape,
    "percent": unquote,
    "escapes": lambda text: json.loads(f'"{text}"'),
    "base64": lambda text: base64.b64decode(text).decode(),
}


@pytest.mark.parametrize("how", OBFUSCATIONS)
def test_an_obfuscation_changes_a_value_and_can_be_undone(how: str) -> None:
    for seed in range(20):
        value = "anu.kotkas@example.org"
        hidden = OBFUSCATIONS[how](value, random.Random(seed))
        assert hidden != value
        if how in _READ:
            assert _READ[how](hidden) == value


def test_obfuscated_documents_stand_beside_themselves(made: Path) -> None:
    rows = _rows(made / "hits_adv.jsonl")
    assert {row["how"] for row in rows} == set(OBFUSCATIONS)
    for row in rows:
        plain = row["plain"]
        assert any(row["changed"])
        assert len(plain["spans"]) == len(row["spans"]) == len(row["changed"])
        for (a, b, label), (c, d, other), changed in zip(plain["spans"], row["spans"], row["changed"], strict=True):
            assert label == other
            assert (plain["text"][a:b] != row["text"][c:d]) == changed


TRAINING: Final = REPOSITORY / "scripts" / "train_ner"


def test_no_judged_template_is_trained_on() -> None:
    trained = "\n".join(file.read_text("utf-8", "replace") for file in TRAINING.rglob("*.*") if file.suffix != ".pyc")
    known = masking_sets.load_templates()
    for template in [*known["hits"], *known["other"], *known["clean"]]:
        longest = max(masking_sets._GAP.split(template["text"]), key=lambda part: len(part or ""))
        assert len(longest) < 25 or longest not in trained


def test_no_judged_locale_is_trained_on() -> None:
    tree = ast.parse((TRAINING / "makers.py").read_text("utf-8"))
    named = [n for n in tree.body if isinstance(n, ast.AnnAssign) and ast.unparse(n.target) in ("LOCALES", "FOREIGN")]
    said = [c.value for one in named for c in ast.walk(one) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
    trained = set(" ".join(said).split())
    assert "en_US" in trained
    assert not trained & set(LOCALES)


def test_technical_text_is_found_here_and_is_the_same_for_a_seed() -> None:
    texts = masking_sets.tech(20, 4)
    assert texts == masking_sets.tech(20, 4)
    assert len(set(texts)) == 20
    assert all("@" not in text for text in texts)


# --- judging ---


class _Echo:
    """A side that finds every word `Anu`."""

    name = "ours"

    def ask(self, texts: tuple[str, ...]) -> dict[str, Any]:
        spans = [[Span(at, at + 3, "PERSON")] if (at := text.find("Anu")) >= 0 else [] for text in texts]
        return {"found": spans, "unasked": spans, "cpu": 0.5}


def _side() -> Side:
    side: Any = _Echo()
    return side


def test_a_set_is_asked_in_tens_and_scored_by_name(tmp_path: Path) -> None:
    rows = [{"id": i, "text": f"Anu {i}", "spans": [[0, 3, "PER"]] if i else []} for i in range(25)]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    one = read(file, 100, 4, all_labels=False)
    assert (one.name, len(one.documents), one.labelled) == ("mine", 25, frozenset({"PERSON"}))
    report, found = judge(one, [_side()])
    assert found["ours"].cpu == 1.5
    assert report["ours"]["types"]["PERSON"]["there"] == 24
    assert report["ours"]["types"]["PERSON"]["false_alarms"] == 1
    assert len(read(file, 7, 4, all_labels=False).documents) == 7
    assert list(errors(one, found["ours"].spans, 9)) == ["alarm PERSON       >>Anu<< 0"]


def test_tables_name_both_sides(made: Path) -> None:
    other: Any = _Echo()
    other.name = "presidio"
    chosen = [one for one in sets(made, None, 80, 4) if one.name != "tech"]
    report = {"sets": {one.name: judge(one, [_side(), other])[0] for one in chosen}}
    assert json.loads(json.dumps(report)) == report
    for markdown in (False, True):
        text = tables.shown(report, markdown=markdown)
        for word in ("hits", "hits_adv", "mean", "zero width", "Presidio", "+0.000"):
            assert word in text
        assert text.startswith("|") == markdown
    alone = {"sets": {chosen[0].name: judge(chosen[0], [_side()])[0]}}
    assert "-" in tables.shown(alone, markdown=False)


def test_tables_are_put_between_the_marks_of_the_readme() -> None:
    page = masking.README.read_text("utf-8")
    new = tables.replaced(page, "| x |")
    assert new.count(tables.BEGIN) == new.count(tables.END) == 1
    assert f"{tables.BEGIN}\n| x |\n{tables.END}" in new
    assert tables.replaced(new, "| y |") == new.replace("| x |", "| y |")
    with pytest.raises(ValueError, match="has no"):
        tables.replaced("a page", "| x |")


def test_a_clean_set_tells_what_was_masked_in_it() -> None:
    one = Set("clean", (Document("Anu bcd", ()), Document("xyz", ())), None)
    report, _ = judge(one, [_side()])
    assert (
        report["ours"]["core"]
        == report["ours"]["strict"]
        == report["ours"]["default"]
        == pytest.approx(3 / 9, abs=1e-4)
    )
    assert report["ours"]["by_type"] == {"PERSON": 1}


def test_a_name_in_a_link_is_masked_unasked_as_the_gateway_does() -> None:
    text = "John Smith wrote https://blog.example.com/john-smith/first-post about Acme Ltd."
    link, inside = text.index("https"), text.index("john")
    name = Span(inside, inside + len("john-smith"), "PERSON")
    with Side("ours", sys.executable) as ours:
        (found,), (unasked,) = (ours.ask([text])[key] for key in ("found", "unasked"))
        rows = ({"kind": "link", "half": "judged"},)
        report, _ = judge(Set("shapes", (Document(text, (name,)),), frozenset({"PERSON"}), rows), [ours])
    assert Span(link, text.index(" about"), "URL") in found
    assert unasked == [Span(0, 10, "PERSON"), name]
    assert report["ours"]["whole"]["link"] == {"names": 1, "default": 1.0, "all": 1.0}


# --- aims ---


def _report(**changed: Any) -> dict[str, Any]:
    def side(f2: float) -> dict[str, Any]:
        return {"core": {"f2": f2}, "types": {"PERSON": {"characters": {"recall": f2}}}}

    hits = {"ours": side(0.9), "presidio": side(0.7)}
    hidden = {"base64": {"plain": {"f2": 0.9}, "obfuscated": {"f2": 0.8}}}
    report: dict[str, Any] = {
        "sets": {
            "hits": hits,
            "hits_adv": {"ours": side(0.8) | {"obfuscations": hidden}, "presidio": side(0.81)},
            "tech": {"ours": {"default": 0.01}, "presidio": {"default": 0.04}},
            "clean": {"ours": {"default": 0.01}, "presidio": {"default": 0.05}},
        },
        "lag": {"idle": {"p99_ms": 9.0}, "cold, 1 worker": {"p99_ms": 4.0}},
        "growth": {"ours": {"words": 1000, "resident": [0, 5_000_000, 5_000_000]}},
    }
    return report | changed


def test_an_aim_is_told_with_what_was_measured() -> None:
    rows = {name: (measured, enough) for name, _, measured, enough in aims.rows(_report())}
    assert rows == {
        "mean F2 above Presidio's": ("0.095", "no"),
        "F2 above Presidio's on every set, least": ("-0.010", "no"),
        "recall of PERSON in hits": ("0.900", "yes"),
        "F2 lost by an obfuscation, most": ("0.100", "no"),
        "over-masking of clean text, share of Presidio's, most": ("0.250", "yes"),
        "event-loop lag under cold load, p99 ms": ("4.000", "yes"),
        "growth over a million unseen words, MB": ("0.000", "yes"),
    }


def test_what_was_not_measured_is_no_aim_reached() -> None:
    assert list(aims.rows({})) == []
    assert [name for name, *_ in aims.rows({"lag": {"cold": {"p99_ms": 6.0}}})] == [
        "event-loop lag under cold load, p99 ms"
    ]


# --- time and memory ---


def test_an_answer_has_its_hits_in_full_length_and_is_the_same_for_a_seed() -> None:
    texts = ["a" * 2000, "b c " * 500]
    one = speed.answer(texts, 10, 4, 1)
    assert one == speed.answer(texts, 10, 4, 1) != speed.answer(texts, 10, 4, 2)
    assert [len(text) for text in one["documents"][0]] == [speed.LENGTH] * 10
    assert len(one["ids"][0]) == len(one["distances"][0]) == 10


def test_unseen_words_are_as_many_as_asked_for_and_hardly_any_comes_twice() -> None:
    words = " ".join(speed.unseen_words(6000, 1)).replace(".", "").split()
    assert len(words) == 6000
    assert len(set(words)) > 5000
    assert speed.unseen_words(120, 1) != speed.unseen_words(120, 2)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([7.0], 0.5, 7), ([7.0], 1.0, 7), ([3.0, 1.0, 2.0], 0.5, 2), ([float(n) for n in range(100)], 0.99, 99)],
)
def test_percentiles_are_values_that_were_seen(values: list[float], share: float, expected: float) -> None:
    assert speed.percentile(values, share) == expected


@pytest.mark.long
async def test_costs_are_measured_through_real_workers() -> None:
    """Every figure is there; how large they are is this machine's affair."""
    settings, texts = (
        Masking(),
        ["Anu Kotkas called about the printer. " * 40, "The index is rebuilt every night. " * 40],
    )
    trees = [speed.answer(texts, 2, n) for n in range(2)]
    with Side("ours", sys.executable) as ours:
        found = await speed.latency(settings, [ours], trees)
        found |= {"parts": speed.parts(ours, trees[:1])}
    parts = {"ours cold, of it the main process", "ours cold, detector alone"}
    assert set(found["times"]) == {"ours cold", "ours warm", *parts}
    assert all(figure > 0 for row in found["times"].values() for figure in row.values())
    lags = {"idle": await speed._lags(lambda: asyncio.sleep(0.001), 2, 0.1)}
    assert 0 < lags["idle"]["p50_ms"] <= lags["idle"]["p99_ms"] <= lags["idle"]["most_ms"]
    grown = await speed.growth(settings, [], 200)
    assert len(grown["ours"]["resident"]) == 11
    report = {"speed": found, "parts": found["parts"], "lag": lags, "growth": grown}
    shown = tables.shown(report, markdown=True)
    for word in ("ours cold", "event-loop lag", "ours, growth", "merging and the rest"):
        assert word in shown


async def test_a_load_that_fails_ends_the_measurement() -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await speed._lags(fail, 1, 0.05)


@pytest.mark.long
def test_our_side_finds_what_the_gateway_finds() -> None:
    with Side("ours", sys.executable) as ours:
        found = ask([ours], ["Card 4111 1111 1111 1111", ""])
        assert Span(5, 24, "CREDIT_CARD") in found["ours"].spans[0]
        assert found["ours"].spans[1] == []
        assert ours.resident > 50_000_000
        assert "patterns" in ours.ask(["x@example.org"], parts=True)["parts"]


def test_a_side_that_does_not_start_says_why() -> None:
    with pytest.raises(EnvironmentFailed, match="no package 'nowhere'"):
        Side("ours", sys.executable, "nowhere")


@pytest.mark.parametrize(
    ("words", "said"), [(["--only", "beauty"], "invalid choice"), (["--documents", "x"], "invalid int")]
)
def test_a_mistake_is_named_before_anything_is_installed(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        masking.main(words)
    assert said in capsys.readouterr().err


def test_as_a_command_it_needs_nothing_but_the_interpreter() -> None:
    command = [sys.executable, REPOSITORY / "scripts" / "bench" / "masking", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={}, cwd="/")
    assert done.returncode == 0, done.stderr
    for option in ("--env", "--data", "--full", "--json", "--markdown"):
        assert option in done.stdout
