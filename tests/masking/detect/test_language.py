"""Languages are told apart when there is enough to go by; names, titles, logs and code are in none."""

# ruff: noqa: RUF001  # other scripts are what is tested

import pytest

from vecgate.masking.detect.language import DEFAULT, language


@pytest.mark.parametrize(
    "text",
    [
        # nothing to go by
        "", " ", "Anu Kotkas", "Jean-Luc de la Tour", "José", "Иван Петров", "12 rue de la Paix, 75002 Paris", "Привет",
        # a language, but too little of it
        "Guten Tag", "la vie est belle",
        # English, also with a few words of another
        "The parcel was left at the door and nobody signed for it; please call me back.",
        "She said 'la vie est belle et il faut la vivre' and left, but we could not hear the rest of it.",
        "Please forward this to Иван Петров and tell him that we will be late for the meeting.",
        # no language
        "2024-05-12 10:33:21 ERROR [db.pool] connection refused: 10.0.0.7:5432 (attempt 3/5)",
        "SELECT de, la, el FROM le WHERE un = 1 AND que = 'x' ORDER BY et, est LIMIT 10",
        "da da da da da da da da da da da da da da da da da da da da da da da da da",
        "x = [1, 2, 3]; y = {k: v for k, v in d.items() if k not in s or s[k] != v}",
        "🎉" * 60,
    ],
)  # fmt: skip
def test_unsure_is_the_default(text: str) -> None:
    assert language(text) == DEFAULT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sehr geehrte Frau Weber, wir haben Ihre Bestellung erhalten und werden sie morgen mit der Post versenden.", "de"),
        ("Bonjour, nous avons bien reçu votre commande et elle sera expédiée demain avec les autres articles.", "fr"),
        ("Hola, hemos recibido su pedido y lo enviaremos mañana por correo con los demás artículos de la lista.", "es"),
        ("Buongiorno, abbiamo ricevuto il suo ordine e lo spediremo domani con gli altri articoli della lista.", "it"),
        ("Olá, recebemos a sua encomenda e vamos enviar amanhã pelo correio com os outros artigos que você pediu.", "pt"),
        ("Goedendag, wij hebben uw bestelling ontvangen en zullen die morgen met de andere artikelen verzenden.", "nl"),
        ("Hej, vi har fått din beställning och kommer att skicka den i morgon med de andra varorna som du ville ha.", "sv"),
        ("Dzień dobry, otrzymaliśmy zamówienie i jutro je wyślemy, ale nie wiem, czy to będzie na czas, bo jest dużo pracy.", "pl"),
        ("Hyvää päivää, olemme saaneet tilauksen ja lähetämme sen huomenna, mutta se ei ole vielä valmis kun me olemme niin hitaita.", "fi"),
        ("Merhaba, siparişinizi aldık ve yarın göndereceğiz ama bu ürün çok ağır olduğu için bir gün daha sürebilir.", "tr"),
        ("Добрый день, мы получили ваш заказ и отправим его завтра по почте.", "ru"),
        ("Καλημέρα, λάβαμε την παραγγελία σας και θα τη στείλουμε αύριο.", "el"),
        ("こんにちは、ご注文を受け取りました。明日発送いたしますのでお待ちください。", "ja"),
        ("您好，我们已经收到您的订单，明天将通过邮局寄出，请您耐心等待，谢谢。", "zh"),
        ("안녕하세요, 주문을 받았습니다. 내일 우편으로 보내 드리겠습니다. 감사합니다.", "ko"),
        ("مرحبا، لقد استلمنا طلبك وسوف نرسله غدا بالبريد مع باقي المنتجات.", "ar"),
    ],
)  # fmt: skip
def test_sure(text: str, code: str) -> None:
    assert language(text) == code


def test_only_the_beginning_is_read() -> None:
    """A long text costs no more than a page."""
    assert (
        language(
            "The parcel was left at the door and that was it. " * 40 + "ich bin das nicht und wir auch nicht " * 99
        )
        == "en"
    )
