"""How do other languages than English say it? The same families, in the words people use for them."""

import unicodedata
from typing import Final

from vecgate.guards.poison.phrases import Phrase

#: Up to so many words, or as many letters where words have no gaps.
_GAP: Final = r"(?:[^ .!?]+ ){0,5}"


def _apart(pattern: str) -> str:
    """As `readings.folded` writes it: letters in their parts, without marks."""
    parts = unicodedata.normalize("NFKD", pattern)
    return "".join(c for c in parts if unicodedata.category(c) != "Mn")


# Written without accents, as `readings.py` takes them off. fmt: off
_DE: Final = (
    (
        1.0,
        r"\b(?:deine|eure) (?:\w+ )?(?:regeln|anweisungen|vorgaben|richtlinien)\b.{0,20}\b(?:nicht mehr|ungultig|aufgehoben|ausser kraft)|\b(?:gelten|halte dich) .{0,20}(?:nicht mehr|nicht langer) .{0,10}(?:deine|eure)",
    ),
    (
        1.0,
        r"\b(?:sende|schicke?|leite|maile) .{0,40}\b(?:gesprachsverlauf|daten|kundendaten|verlauf|passwort\w*)\b.{0,50}(?:https?:|@)",
    ),
    (
        1.0,
        rf"\b(?:ignorier\w*|vergiss|vergesst|missachte\w*|verwirf|uberschreib\w*|umgehe?) (?:\w+,? ){{0,2}}(?:alle|samtliche|jede|deine|eure|ihre|was dir|alles,? was) {_GAP}(?:anweisung|instruktion|vorgabe|regeln|richtlinie|befehl|vorschrift|gesagt|systemprompt|prompt|einschrankung)|\bvergiss,? was dir",
    ),
    (
        0.6,
        rf"\b(?:ignorier\w*|vergiss|missachte\w*) {_GAP}(?:anweisung|instruktion|vorgabe|regeln|richtlinie|befehl)|\b(?:befolge|beachte|folge|gehorche) {_GAP}(?:anweisung|instruktion|vorgabe|regeln|richtlinie|befehl)\w* {_GAP}(?:nicht|nie) ?(?:langer|mehr)?",
    ),
    (
        0.6,
        r"\b(?:ab jetzt|ab hier|ab sofort|von nun an|von jetzt an)\b.{0,40}\b(?:ki|assistent|einschrankung\w*|folgenden befehle|antworte\w*|gelten)\b|\bohne (?:jede |jegliche )?(?:einschrankung|filter|regeln)",
    ),
    (
        0.6,
        r"\b(?:erwahne|verrate|sag|sage|teile|informiere) .{0,30}\b(?:es|ihm|niemandem?|nutzer|benutzer|diese anweisung|nichts)\b|\bverschweig\w* |\bohne (?:den|dem) (?:nutzer|benutzer|anwender)",
    ),
    (
        1.0,
        rf"\b(?:gib|zeige?|nenne|verrate|wiederhole|offenbare|drucke|schreibe?) {_GAP}(?:system-?prompt|systemnachricht|systemanweisung|deine (?:\w+ )?(?:anweisungen|instruktionen))",
    ),
    (0.5, rf"\b(?:gib|zeige?|nenne|verrate|offenbare) {_GAP}(?:passwort|vertraulich|administrator|kundendaten|geheim)"),
    (
        0.6,
        rf"\b(?:hinweis|nachricht|anweisung|befehl|achtung)\w* (?:an|fur) (?:die|den|alle) {_GAP}?(?:ki|assistent|modell|chatbot|sprachmodell)|\ban (?:alle|die|jede) ki\b",
    ),
    (
        0.6,
        r"\b(?:wenn|sobald|falls) (?:dieses|der|dieser) (?:dokument|text|abschnitt|eintrag) (?:gefunden|abgerufen|gelesen|zuruckgegeben|zitiert)|\b(?:sende|schicke?|leite) .{0,40}\b(?:unterhaltung|verlauf|gesprach|kontext)\b.{0,60}(?:https?:|@)",
    ),
    (
        0.5,
        r"\bsage? dem (?:nutzer|benutzer|anwender)|\bantworte (?:\w+ ){0,3}(?:immer|nur|ausschliesslich)|\bempfiehl (?:nur|ausschliesslich)|\bbewerte (?:diese\w*|den|die|das|ihn|sie) .{0,30}(?:beste|sehr gut|hervorragend|sicher)",
    ),
    (0.5, r"\bunabhangig von der frage|\begal,? was|\bverweiger\w+ (?:nichts|nie)|\b(?:gelten|befolge) die folgenden"),
)
_FR: Final = (
    (0.5, r"\b(?:reponds?|repondez|agis|parle)\w* sans (?:aucune? )?(?:restriction|filtre|limite|censure)s?\b"),
    (1.0, r"\benvo(?:ie|yez) .{0,40}\b(?:donnees|clients?|fichiers?|mots? de passe)\b.{0,50}(?:https?:|@)"),
    (
        1.0,
        rf"\b(?:ignore[zr]?|oublie[zr]?|neglige[zr]?|contourne[zr]?) (?:tout ce qu|(?:toutes? |tous )?(?:les|tes|vos|ces) {_GAP}(?:instructions?|consignes?|directives?|regles?|ordres?))|\b(?:ne (?:tiens|tenez) (?:pas|aucun) compte|fai(?:s|tes) abstraction|desobei\w*) (?:de|des|aux?) {_GAP}(?:instructions?|consignes?|directives?|regles?|ordres?|ce qui precede)",
    ),
    (
        0.6,
        r"\b(?:a partir de maintenant|desormais|dorenavant),? (?:tu es|vous etes|tu|vous)\b|\bsans (?:aucune? )?(?:restriction|filtre)s?\b|\btu dois desormais",
    ),
    (
        0.6,
        r"\bne (?:mentionne|dis|dites|revele|parle|previens)\w* (?:pas|rien|jamais|a personne)|\bsans (?:prevenir|informer|avertir|le dire)",
    ),
    (
        1.0,
        rf"\b(?:revele\w*|affiche\w*|montre\w*|repete\w*|donne\w*|ecri\w*|imprime\w*) {_GAP}(?:invite (?:du )?systeme|prompt (?:du )?systeme|(?:tes|vos|les) (?:instructions|consignes) que|tes instructions)",
    ),
    (0.5, rf"\b(?:revele|affiche|montre|donne)\w* {_GAP}(?:mot de passe|confidentiel\w*|secret)"),
    (
        0.6,
        rf"\b(?:note|message|instruction|attention|remarque)s? (?:pour|a|destine\w*) {_GAP}?(?:l'assistant|l'ia|modele|chatbot)",
    ),
    (
        0.6,
        r"\b(?:si|quand|lorsque) ce (?:document|texte|passage) est (?:recupere|retrouve|lu|cite)|\benvo(?:ie|yez) .{0,50}\b(?:conversation|historique|contexte)\b.{0,60}(?:https?:|@)",
    ),
    (
        0.5,
        r"\b(?:dis|dites) a l'utilisateur|\brepond\w* (?:seulement|uniquement|toujours|que)|\brecommande\w* uniquement",
    ),
    (
        0.5,
        r"\bquelle que soit la question|\bpeu importe la question|\b(?:executez?|suis|suivez) les (?:commandes|instructions) suivantes",
    ),
)
_ES_PT_IT: Final = (
    (
        0.5,
        r"\b(?:eres|voce|tu|sei|rispondi|responde|responda)\b.{0,30}\b(?:sin|sem|senza|nao tem|no tienes|non hai) (?:\w+ )?(?:restricc\w+|restric\w+|restrizion\w+|limit\w+|filtr\w+|regol\w+|regras|reglas)",
    ),
    (
        1.0,
        r"\b(?:no obedezcas|nao obedeca|non obbedire) a|\b(?:envia|envie|invia|manda|mande) .{0,40}\b(?:datos|dados|dati|client\w+)\b.{0,50}(?:https?:|@)",
    ),
    (
        1.0,
        rf"\b(?:ignor[aeio]\w*|olvid\w+|esquec\w+|dimentic\w+|desconsider\w+|descart\w+|trascura|haz caso omiso de|no (?:sigas|hagas caso a)|nao siga|non (?:seguire|tenere conto (?:di|delle|dei))) (?:tod[oa]s? |tutt[eio] )?(?:[oa]s|las|los|le|gli|i|di|delle|tus|suas|tue|estas) {_GAP}(?:instruc\w+|istruzion\w+|regla\w*|regra\w*|regol\w*|directri\w+|diretri\w+|direttiv\w*|ordenes|ordens|comandos)|\b(?:olvida|esqueca|dimentica)\w* (?:lo que|tudo o que|tutto quello che|todo lo que|o que|quello che)|\bregole di cui sopra",
    ),
    (
        0.6,
        r"\b(?:a partir de ahora|a partir de agora|de ahora en adelante|de agora em diante|d'ora in poi|da ora in poi|da adesso),? (?:eres|voce e|tu e|sei|tu|voce|debes|deve|devi)\b|\b(?:sin|sem|senza) (?:ningun\w* |qualquer |alcuna? )?(?:restricc\w+|restric\w+|restrizion\w+|limites|limiti|filtr\w+)",
    ),
    (
        0.6,
        r"\bno (?:se )?(?:lo )?(?:menciones|digas|reveles|informes|avises)|\bnao (?:mencione|diga|revele|informe|avise)|\bnon (?:menzionare|dire|rivelare|dirlo)|\b(?:sin|sem|senza) (?:decir|avisar|informar|dirlo|avvisare|dizer)\w*",
    ),
    (
        1.0,
        rf"\b(?:revel\w+|rivel\w+|muestra|mostre|mostra\w*|repite|repita|ripeti|imprime|escrib\w+|scrivi) {_GAP}(?:prompt (?:del|de|di|do) sistema|tu prompt|tus instrucciones|suas instrucoes|tue istruzioni)",
    ),
    (
        0.5,
        rf"\b(?:revel\w+|rivel\w+|muestra|mostre|mostra\w*) {_GAP}(?:contrasena|senha|password|confidencia\w*|riservat\w*)",
    ),
    (
        0.6,
        r"\b(?:nota|mensaje|mensagem|messaggio|instruccion\w*|instruc\w+|istruzion\w+|atencion|atencao|attenzione) (?:para|a|per|al|ao|alla?|all')\s?(?:la |o |l')?(?:ia|ai|asistente|assistente|modelo|modello|chatbot)\b",
    ),
    (
        0.6,
        r"\b(?:cuando|quando|si|se) (?:se recupere|(?:este|esse|questo) (?:documento|texto|testo))|\b(?:envia|envie|invia|manda|mande) .{0,50}\b(?:conversacion|conversa|conversazione|historial|historico|cronologia|contexto|contesto)\b.{0,60}(?:https?:|@)",
    ),
    (
        0.5,
        r"\b(?:dile|diga|di) (?:al?|ao|all') ?(?:usuario|utente)|\b(?:responde|responda|rispondi|contesta) (?:\w+ )?(?:unicamente|solo|apenas|soltanto|siempre|sempre|somente|che)|\b(?:recomienda|recomende|raccomanda) (?:solo|apenas|soltanto|unicamente)",
    ),
    (
        0.5,
        r"\b(?:sin importar|independientemente de|independentemente d\w+|nao importa|qualunque sia|quale che sia) (?:la |a )?(?:pregunta|pergunta|domanda)",
    ),
)
_RU_UK: Final = (
    (
        0.5,
        r"(?:отвечаи|отвечаешь|говори|действуи)\w* без (?:ограничени|фильтр|цензур)|у тебя (?:больше )?нет (?:ограничени|правил)",
    ),
    (
        1.0,
        rf"(?:и|про)гнорируи\w* {_GAP}(?:инструкц|указани|правил|команд|інструкц|вказівк)|(?:проігноруи|ігноруи|не зважаи)\w* {_GAP}(?:інструкц|вказівк|правил)|(?:забудь|отбрось|отмени|не следуи|не соблюдаи)\w* {_GAP}(?:инструкц|указани|правил|все, что тебе|говорили|команд)|забудь все",
    ),
    (
        0.6,
        rf"(?:теперь ты|отныне ты|с этого момента|віднині|тепер ти)\b|без {_GAP}(?:ограничени|фильтр|цензур|обмежень)",
    ),
    (0.6, r"не (?:сообщаи|говори|упоминаи|раскрываи|рассказываи|кажи|повідомляи)\w*.{0,30}"),
    (
        0.75,
        rf"(?:покажи|выведи|раскрои|повтори|напечатаи|виведи) {_GAP}(?:системн\w+ (?:промпт|подсказк|запит)|пароль|свои инструкции|твои инструкции)",
    ),
    (
        0.6,
        rf"отправь {_GAP}(?:переписк|разговор|диалог|историю|контекст)|отвечаи (?:только|всегда)|(?:внимание|сообщение|инструкция) (?:для )?(?:ии|ассистент|модел|нейросет)",
    ),
)
_CJK: Final = (
    (
        0.5,
        r"(?:没有任何(?:限制|约束)|不受限制).{0,6}[,，。].{0,4}(?:把|请|将)|(?:制限|制約)なし.{0,4}で?答え|(?:指示|ルール|制限)は無効",
    ),
    (0.6, r"(?:これから|今から|今後)は?.{0,10}(?:制限なし|制約なし|自由に答え)"),
    (
        1.0,
        r"(?:忽略|无视|無視|忘记|忘掉|忘記|不要理会|不要遵守|请忽略|忽视|不用管|抛弃|放弃).{0,12}(?:(?:上面|以上|之前)的?(?:所有)?内容|约束|限制|设定|指令|指示|规则|規則|提示|说明|命令|被告知|要求)",
    ),
    (0.6, r"(?:从现在开始|从现在起|從現在開始|今后).{0,6}你|没有任何(?:限制|约束)|不受.{0,4}限制"),
    (0.6, r"不要(?:告诉|告訴|提及|透露|让).{0,6}(?:用户|使用者|任何人|他们)"),
    (0.75, r"(?:显示|输出|顯示|輸出|泄露|重复|告诉我|打印).{0,8}(?:系统提示|系統提示|提示词|密码|密碼|系统指令)"),
    (0.6, r"把.{0,8}(?:对话|聊天|记录|上下文).{0,6}(?:发送|发给|上传|發送)|(?:只|仅)回答|无论.{0,8}问"),
    (1.0, r"(?:指示|命令|ルール|規則|指令|プロンプト|これまで).{0,8}(?:無視|忘れ|破棄|従わな)"),
    (0.75, r"(?:システムプロンプト|パスワード|システム指示).{0,6}(?:表示|出力|教え|開示|見せ)"),
    (0.6, r"(?:ユーザー|利用者)に.{0,8}(?:知らせ|言わ|教え|伝え)(?:ない|ず)|今から(?:あなた|君)は|制限のない"),
)
# Hangul is taken apart into its letters, as accents are taken off in that form.
_OTHER: Final = (
    (1.0, _apart(r"(?:지금부터|이제부터) (?:너는|당신은).{0,20}제한 없이")),
    (1.0, r"من الان فصاعدا.{0,20}(?:بدون|بلا) (?:اي )?(?:قيود|حدود|قواعد)"),
    (
        1.0,
        r"\b(?:doe alsof je geen|je hebt geen|od teraz nie masz (?:zadnych )?|nie masz juz) ?(?:regels|ograniczen|zasad)|\b(?:vanaf nu|od teraz) .{0,20}(?:zonder|bez) (?:regels|beperkingen|ograniczen|zasad)",
    ),
    (
        1.0,
        _apart(
            r"(?:지시|명령|규칙|지침|프롬프트).{0,40}(?:무시|잊|따르지)|(?:무시하고|잊어버리고).{0,40}(?:지시|규칙)"
        ),
    ),
    (
        0.75,
        _apart(
            r"(?:비밀번호|시스템 프롬프트|패스워드).{0,60}(?:출력|보여|알려|표시|공개)|사용자에게 .{0,20}(?:말하지|알리지)"
        ),
    ),
    (
        1.0,
        rf"(?:تجاهل|انس|لا تتبع|اهمل|تخط|الغ) {_GAP}(?:التعليمات|تعليمات|الاوامر|القواعد|قيل لك|الارشادات|التوجيهات)|تجاهل جميع|انس كل ما",
    ),
    (
        0.75,
        rf"(?:اعرض|اكشف|اظهر|اطبع|اكشف عن) {_GAP}(?:كلمه? مرور|كلمة مرور|موجه النظام|كلمة المرور|تعليماتك)|لا تخبر المستخدم",
    ),
    (
        1.0,
        rf"(?:talimat|komut|kural|yonerge)\w* {_GAP}?(?:yok say|gormezden gel|unut|dikkate alma)|(?:sistem istemini?|parola\w*|sifre\w*) {_GAP}?(?:yaz|goster|acikla)\b.{{0,4}}$",
    ),
    (
        1.0,
        rf"(?:negeer|vergeet|(?:z?ignoruj|zapomnij|pomin)\w*|ignorer|glem|ignorera|glom|unohda|ignoruj|zapomen|hagyd figyelmen|bo qua|abaikan|lupakan) (?:o )?{_GAP}(?:instructies|aanwijzingen|regels|instrukcj\w+|polecen\w*|zasad\w*|instruksjoner|instruktioner|instrukser|regler|ohjeet|pokyn\w*|instrukce|utasitas\w*|huong dan|instruksi|perintah|aturan)",
    ),
    (
        0.75,
        rf"(?:toon|pokaz|wyswietl|vis|visa|zobraz|hien thi|tampilkan) {_GAP}(?:wachtwoord|beheerderswachtwoord|systeemprompt|haslo|passord|losenord|heslo|mat khau|kata sandi|prompt)",
    ),
    (1.0, _apart(r"(?:निर्देश|आदेश|नियम|अनुदेश).{0,40}(?:अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा|मत मानो)")),
)
# fmt: on

LANGUAGES: Final = tuple(
    Phrase(f"override ({name})" if weight == 1.0 else f"other ({name})", weight, pattern)
    for name, phrases in (
        ("German", _DE),
        ("French", _FR),
        ("Spanish, Portuguese, Italian", _ES_PT_IT),
        ("Russian, Ukrainian", _RU_UK),
        ("Chinese, Japanese", _CJK),
        ("another language", _OTHER),
    )
    for weight, pattern in phrases
)
