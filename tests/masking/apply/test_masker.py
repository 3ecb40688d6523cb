"""Answers through real workers: masked where personal, untouched elsewhere, refused when in doubt."""

# ruff: noqa: RUF001  # disguises are what is tested

import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.fakes.tickets import tickets
from vecgate.domain.call import Json
from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, KEEP, REPLACE, UNSAFE_NOTHING, MaskProfile, OperatorSpec
from vecgate.domain.surface import Surface
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.masker import RECORD_PROFILE, Masker
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.pool import Workers
from vecgate.refusals.errors import MaskFailed, MaskRefused, Part, Unavailable
from vecgate.settings.masking import Masking

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = b"k" * 32
EVERYTHING = Surface()
NOTHING = dict.fromkeys(ENTITIES, KEEP)
STANDARD = MaskProfile(
    "standard",
    {
        **NOTHING,
        **dict.fromkeys(("PERSON", "SSN", "ID", "ADDRESS", "IP"), REPLACE),
        **dict.fromkeys(("EMAIL", "PHONE", "CREDIT_CARD"), OperatorSpec("partial")),
        "IBAN": OperatorSpec("hash"),
        "SECRET": OperatorSpec("redact"),
    },
)
STANDARD_BUT_IBAN = MaskProfile("standard-but-iban", {**STANDARD.entities, "IBAN": REPLACE})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def masker() -> AsyncIterator[Masker]:
    workers = Workers(Masking(timeout=30))
    await workers.open()
    yield Masker(workers, LocalKeys(KEY))
    await workers.close()


async def test_a_tenants_values_have_marks_of_their_own(masker: Masker) -> None:
    profile = MaskProfile("p", NOTHING | {"EMAIL": OperatorSpec("pseudonym")})
    tenants = [("db", "a"), ("db", "b"), ("other", "a")]
    tree = ["anna@example.com", "ask Anna@Example.com"]
    shown = [(await masker.mask_tree(tree, EVERYTHING, profile, tenant))[0] for tenant in (*tenants, *tenants)]
    assert shown[:3] == shown[3:]
    assert len({str(one) for one in shown}) == 3
    assert all(isinstance(one, list) and one[1] == f"ask {one[0]}" for one in shown)


async def test_without_a_key_only_what_needs_one_is_refused() -> None:
    class NoKeys:
        async def of(self, _tenant: object) -> bytes:
            raise Unavailable(Part.MASKING_KEY)

        async def older(self, _tenant: object, _steps: int) -> None:
            return None

    masker = Masker(Workers(Masking()), NoKeys())
    await masker.prepare(STANDARD_BUT_IBAN, ("db", "a"))
    with pytest.raises(Unavailable, match="key"):
        await masker.prepare(STANDARD, ("db", "a"))


async def test_values_are_numbered_anew_in_each_answer(masker: Masker) -> None:
    profile = MaskProfile("p", NOTHING | {"EMAIL": OperatorSpec("replace", {"numbered": True})})
    tree = ["anna@example.com and bo@example.org", {"to": "Anna@example.com"}]
    for _ in range(2):
        shown, _ = await masker.mask_tree(tree, EVERYTHING, profile)
        assert shown == ["<EMAIL_1> and <EMAIL_2>", {"to": "<EMAIL_1>"}]


@pytest.mark.parametrize("tree", [None, {}, [], "", 1.5, {"ids": [[]], "documents": None, "distances": [[0.25, 1]]}])
async def test_an_answer_without_text_stays_as_it_is(masker: Masker, tree: object) -> None:
    assert await masker.mask_tree(tree, EVERYTHING, STANDARD) == (tree, {})  # type: ignore[arg-type]


async def test_a_search_answer_keeps_its_shape(masker: Masker) -> None:
    """What the official client reads: lists stay lists, null stays null, numbers stay numbers."""
    tree = {
        "ids": [["t-1", "t-2"]],
        "documents": [["Anna Kowalski wrote from anna@example.com about 4111 1111 1111 1111.", None]],
        "metadatas": [[{"name": "Anna Kowalski", "email": "anna@example.com", "year": 2024, "open": True}, None]],
        "distances": [[0.125, 2]],
        "embeddings": None,
        "include": ["documents", "metadatas", "distances"],
    }
    shown, counts = await masker.mask_tree(tree, Surface(keep=("/ids/**", "/include/*")), STANDARD)
    assert shown == {
        **tree,
        "documents": [["<PERSON> wrote from ****@example.com about **** **** **** 1111.", None]],
        "metadatas": [[{"name": "<PERSON>", "email": "****@example.com", "year": 2024, "open": True}, None]],
    }
    assert counts == {"PERSON": 2, "EMAIL": 2, "CREDIT_CARD": 1}


async def test_one_analysis_serves_every_profile(masker: Masker) -> None:
    tree = ["Anna Kowalski, anna@example.com, 10.0.0.1"]
    assert (await masker.mask_tree(tree, EVERYTHING, MaskProfile("p", NOTHING | {"IP": REPLACE})))[0] == [
        "Anna Kowalski, anna@example.com, <IP>"
    ]
    assert (await masker.mask_tree(tree, EVERYTHING, MaskProfile("p", NOTHING | {"PERSON": REPLACE})))[0] == [
        "<PERSON>, anna@example.com, 10.0.0.1"
    ]
    assert (await masker.mask_tree(tree, EVERYTHING, UNSAFE_NOTHING)) == (tree, {})


async def test_field_policies_need_no_model_and_hide_numbers(masker: Masker) -> None:
    profile = MaskProfile("p", NOTHING, fields={"*.phone": OperatorSpec("redact"), "*.note": KEEP})
    tree = {"metadatas": [{"phone": 5551234567, "note": "Anna Kowalski"}]}
    shown, counts = await masker.mask_tree(tree, EVERYTHING, profile)
    assert shown == {"metadatas": [{"phone": "[REDACTED]", "note": "Anna Kowalski"}]}
    assert counts == {"FIELD": 1}


async def test_equal_values_join_after_hashing(masker: Masker) -> None:
    profile = MaskProfile("p", NOTHING | {"PHONE": OperatorSpec("hash"), "EMAIL": OperatorSpec("hash")})
    shown, _ = await masker.mask_tree(["+1 (555) 010-9999", "+1 555 010 9999", "+1 555 010 9998"], EVERYTHING, profile)
    assert isinstance(shown, list)
    assert shown[0] == shown[1] != shown[2]


@pytest.mark.parametrize(
    "value",
    [
        # every disguise of one address and one card
        "anna@example.com", "anna\u200b@exam\u00adple.com", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "аnnа@example.com", "anna&#64;example&period;com", "anna%40example.com", "\\u0061nna@example.com", "anna at example dot com", "anna [at] example.com",
        "4111 1111 1111 1111", "4111\u200b1111\u200b1111\u200b1111", "４１１１１１１１１１１１１１１１", "4111%201111%201111%201111", "&#52;111111111111111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    ],
)  # fmt: skip
async def test_disguised_values_are_masked_whole(masker: Masker, value: str) -> None:
    profile = MaskProfile("p", NOTHING | {"EMAIL": REPLACE, "CREDIT_CARD": REPLACE})
    shown, _ = await masker.mask_tree(f"value = {value} ; end", EVERYTHING, profile)
    assert shown in ("value = <EMAIL> ; end", "value = <CREDIT_CARD> ; end")


async def test_json_in_strings_and_keys_that_are_data(masker: Masker) -> None:
    tree = {"raw": json.dumps({"owner": "Anna Kowalski", "card": 4111111111111111}), "by": {"anna@example.com": 3}}
    shown, counts = await masker.mask_tree(tree, EVERYTHING, RECORD_PROFILE)
    assert shown == {"raw": '{"owner": "<PERSON>", "card": "<CREDIT_CARD>"}', "by": {"<EMAIL>": 3}}
    assert counts == {"PERSON": 1, "CREDIT_CARD": 1, "EMAIL": 1}


@pytest.mark.parametrize(
    "value",
    [
        4111111111111111,
        4111111111111111.0,
        [4111111111111111.0, 1.5],
        '{"card": 4.111111111111111e15}',
        {"card": 4.111111111111111e15},
    ],
    ids=str,
)
async def test_a_card_is_found_in_any_number_also_under_a_key_that_is_masked(masker: Masker, value: Json) -> None:
    for tree in ({"card": value}, {"anna@example.com": value}, {"Anna Kowalski": {"card": value}}):
        shown, counts = await masker.mask_tree({"m": tree, "raw": json.dumps(tree)}, EVERYTHING, RECORD_PROFILE)
        assert counts["CREDIT_CARD"] == 2
        assert not re.search(r"4\.?111|anna|Anna", json.dumps(shown))


@pytest.mark.parametrize("secret", ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "DE89370400440532013000"])
@pytest.mark.parametrize("operator", ["replace", "pseudonym", "token"])
async def test_a_secret_in_the_form_of_a_mark_is_masked(masker: Masker, secret: str, operator: str) -> None:
    using = MaskProfile("p", dict.fromkeys(ENTITIES, OperatorSpec(operator)))
    for text in (f"key <ID#{secret}>", f"<ID#{secret}>"):
        shown, _ = await masker.mask_tree([text], EVERYTHING, using, ("db", "t"))
        assert secret not in str(shown)


async def test_a_mark_of_the_tenant_stays_and_that_of_another_does_not(masker: Masker) -> None:
    using = MaskProfile("p", dict.fromkeys(ENTITIES, OperatorSpec("token")))
    [mark], _ = await masker.mask_tree(["anna@example.com"], EVERYTHING, using, ("db", "t"))  # type: ignore[misc]
    text = f"write to anna@example.com, known as {mark}"
    assert await masker.mask_tree([text], EVERYTHING, using, ("db", "t")) == (
        [text.replace("anna@example.com", str(mark))],
        {"EMAIL": 1},
    )


async def test_names_as_keys_are_masked_and_names_of_fields_are_not(masker: Masker) -> None:
    fields = {name: 1 for name in ("first_name", "firstName", "Order_Date", "queueDepth", "Blood_Pressure", "isOpen")}
    people = {"Anna_Schmidt": 1, "OliviaIvanova": 2, "Jürgen-Müller": 3, "rosalindQuickwater": {"Wei_Zhang": 4}}
    shown, _ = await masker.mask_tree({"m": fields | people, "raw": json.dumps(people)}, EVERYTHING, RECORD_PROFILE)
    names = ["<PERSON>", "<PERSON>_", "<PERSON>_2", "<PERSON>_3"]
    assert list(shown["m"]) == [*fields, *names]  # type: ignore[index,call-overload,arg-type]
    assert shown["m"]["<PERSON>_3"] == {"<PERSON>": 4}  # type: ignore[index,call-overload]
    assert list(json.loads(str(shown["raw"]))) == names  # type: ignore[index,call-overload]


async def test_json_in_a_text_keeps_every_byte_around_what_is_masked(masker: Masker) -> None:
    text = '{"amount": 12.50, "pi": 3.14159265358979323846, "t": "caf\\u00e9 of Anna Kowalski", "big": 12345678901234567890123}'
    shown, _ = await masker.mask_tree([text], EVERYTHING, RECORD_PROFILE)
    assert shown == [text.replace("Anna Kowalski", "<PERSON>")]


async def test_counts_tell_which_rules_found_it_and_count_every_place(masker: Masker) -> None:
    text = "Anna Kowalski, anna@example.com"
    _, counts = await masker.mask_tree([text, text, {"phone": 5551234567}], EVERYTHING, RECORD_PROFILE)
    assert counts == {"PERSON": 2, "EMAIL": 2, "PHONE": 1}
    assert counts.rules["model"] == counts.rules["pattern:email/plain"] == 2


async def test_blocked_and_dropped(masker: Masker) -> None:
    profile = MaskProfile("p", NOTHING | {"SSN": OperatorSpec("block"), "EMAIL": OperatorSpec("drop")})
    tree = {"documents": ["to anna@example.com", "none"], "m": {"mail": "anna@example.com", "n": 1}}
    shown, counts = await masker.mask_tree(tree, EVERYTHING, profile)
    assert shown == {"documents": [None, "none"], "m": {"n": 1}}
    assert counts == {"EMAIL": 2}
    with pytest.raises(MaskRefused) as e:
        await masker.mask_tree(["SSN 078-05-1120"], EVERYTHING, profile)
    assert e.value.code == "mask.blocked"


async def test_a_profile_has_words_of_its_own(masker: Masker) -> None:
    profile = MaskProfile("p", allow=("Anna Kowalski",), deny={"ID": ("nightjar",)})
    shown, _ = await masker.mask_tree(["Anna Kowalski on nightjar"], EVERYTHING, profile)
    assert shown == ["Anna Kowalski on <ID>"]


async def test_error_texts_are_masked(masker: Masker) -> None:
    assert await masker.mask_text("", RECORD_PROFILE) == ""
    shown = await masker.mask_text("no record anna@example.com in collection tickets", RECORD_PROFILE)
    assert shown == "no record <EMAIL> in collection tickets"


async def test_the_record_profile_replaces_everything() -> None:
    assert set(RECORD_PROFILE.entities) == set(ENTITIES)
    assert {spec.name for spec in RECORD_PROFILE.entities.values()} == {"replace"}


async def test_nothing_planted_in_tickets_is_left(masker: Masker) -> None:
    """Mails, phones, cards and accounts: none. Names: at most one in ten."""
    made = tickets(80, seed=11)
    tree = {
        "documents": [[t.text for t in made]],
        "metadatas": [[{"name": t.planted["name"], "mail": t.planted.get("email", "")} for t in made]],
    }
    shown, _ = await masker.mask_tree(tree, EVERYTHING, RECORD_PROFILE)
    assert isinstance(shown, dict)
    text = json.dumps(shown, ensure_ascii=False)
    assert [v for t in made for k, v in t.planted.items() if k != "name" and v in text] == []
    assert sum(t.planted["name"] in text for t in made) <= len(made) // 10


async def test_a_lone_surrogate_is_refused(masker: Masker) -> None:
    with pytest.raises(MaskFailed):
        await masker.mask_tree(["Anna \ud800"], EVERYTHING, STANDARD)


async def test_what_is_not_json_is_refused(masker: Masker) -> None:
    with pytest.raises(MaskFailed):
        await masker.mask_tree({"a": {1, 2}}, EVERYTHING, STANDARD)  # type: ignore[dict-item]


async def test_no_workers_no_answer() -> None:
    with pytest.raises(Unavailable) as e:
        await Masker(Workers(Masking()), LocalKeys(KEY)).mask_tree(["Anna"], EVERYTHING, STANDARD)
    assert e.value.part == Part.MASKER


async def test_a_finding_that_does_not_fit_its_text_is_refused() -> None:
    """A worker that answers for another text must not leave one unmasked."""

    class Confused(Workers):
        def remembered(self, text: Text) -> tuple[Finding, ...]:
            return (Finding(0, 99, "PERSON"),)

    with pytest.raises(MaskFailed):
        await Masker(Confused(Masking()), LocalKeys(KEY)).mask_tree(["Anna"], EVERYTHING, STANDARD)


async def test_no_error_and_no_repr_quotes_the_text(masker: Masker) -> None:
    with pytest.raises(MaskFailed) as e:
        await masker.mask_tree(["Anna \ud800"], EVERYTHING, STANDARD)
    assert "Anna" not in repr(e.value)
    assert "Anna" not in repr(Text("Anna"))


@pytest.mark.parametrize(
    ("operator", "form"),
    [("pseudonym", r"person-[a-z2-7]{20}"), ("hash", r"<PERSON:[a-z2-7]{16}>"), ("token", r"<PERSON#[\w-]{22,}>")],
)
async def test_an_id_that_is_stored_and_a_name_becomes_a_mark_of_all_of_it(
    masker: Masker, operator: str, form: str
) -> None:
    surface, profile = Surface(names=("/ids/*",)), MaskProfile("p", NOTHING | {"PERSON": OperatorSpec(operator)})
    names: list[Json] = ["Anna Schmidt", "ANNA SCHMIDT", "Anna_Schmidt", "AnnaSchmidt", "call of Anna Schmidt"]
    others: list[Json] = ["order 7", "invoice_date", "r-1", "ana@example.com"]
    shown, counts = await masker.mask_tree({"ids": [*names, *others]}, surface, profile, ("db", "t"))
    assert isinstance(shown, dict)
    ids = shown["ids"]
    assert isinstance(ids, list)
    assert ids[5:] == others
    assert len({*map(str, ids[:5])}) == 5
    assert all(re.fullmatch(form, str(one)) for one in ids[:5])
    assert counts == {"PERSON": 5}
    again, none = await masker.mask_tree({"ids": ids}, surface, profile, ("db", "t"))
    assert (again, none) == ({"ids": ids}, {})


async def test_who_writes_the_first_list_of_an_answer_unmasks_no_other_record(masker: Masker) -> None:
    """Records of several searches stand in lists of an answer: one that says `product` is no heading for the others."""
    records = ["020 7946 0018", "jane doe", "Rose", "Anna Schmidt", "10115 Berlin"]
    bare, _ = await masker.mask_tree({"documents": [["x", "y"], records]}, EVERYTHING, RECORD_PROFILE)
    for word in ("product", "brand model", "order number", "code"):
        tree: Json = {"documents": [[word] * len(records), records]}
        shown, _ = await masker.mask_tree(tree, EVERYTHING, RECORD_PROFILE)
        assert shown["documents"][1] == bare["documents"][1], word  # type: ignore[index,call-overload]
    table: Json = {"rows": [["id", "surname"], ["7", "Qxzt"]]}
    shown, _ = await masker.mask_tree(table, EVERYTHING, RECORD_PROFILE)
    assert shown == {"rows": [["id", "surname"], ["7", "<PERSON>"]]}, "a heading may tell more, never less"


async def test_an_answer_that_was_masked_before_is_masked_and_counted_alike(masker: Masker) -> None:
    """What is shown of a text is known the second time, but not what became of it in that answer."""
    tree: list[Json] = ["Ask anna@example.com or +1 202 555 0143.", "anna@example.com", "anna@example.com", "no name"]
    profiles = [
        STANDARD_BUT_IBAN,
        MaskProfile("drops", NOTHING | {"EMAIL": OperatorSpec("drop"), "PHONE": REPLACE}),
        MaskProfile("numbered", NOTHING | {"EMAIL": OperatorSpec("replace", {"numbered": True})}),
        MaskProfile("denies", NOTHING | {"ID": REPLACE}, deny={"ID": ("no name",)}),
    ]
    for profile in profiles:
        shown, counts = await masker.mask_tree(tree, EVERYTHING, profile)
        again, counted = await masker.mask_tree([*tree, tree[1]], EVERYTHING, profile)
        assert isinstance(shown, list)
        assert again == [*shown, shown[1]]
        more = {"EMAIL": counts["EMAIL"] + 1} if "EMAIL" in counts else {}
        assert counted == counts | more
        assert counted.rules.total() == counts.rules.total() + len(more)
