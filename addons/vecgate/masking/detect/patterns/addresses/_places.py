"""What comes behind a street and its number? Flat, town, region, postcode and country, as the post wants them."""

from typing import Final

#: A capitalised word, or a number that is used as one ("5th", "42nd").
WORD: Final = r"[A-Z0-9][\w'.-]*"
_TOWN_WORD: Final = r"[A-Z][a-zA-Z'.-]+"
_LINK: Final = (
    r"(?:am|an|der|den|im|in|bei|zu|ob|sur|sous|le|la|les|de|del|do|da|dos|di|"
    r"upon|on|the|of|by|aan|bij|nad|pod|pri|na|v|z|i|y)"
)
TOWN: Final = rf"{_TOWN_WORD}(?:[ -](?:{_LINK}[ -]){{0,2}}{_TOWN_WORD}){{0,3}}"
_BREAK: Final = r"(?:[ ]?[,;][ ]?\n?[ ]{0,2}|[ ]?\n[ ]{0,2}|[ ]{1,2})"
_HARD: Final = r"(?:[ ]?[,;][ ]?\n?[ ]{0,2}|[ ]?\n[ ]{0,2})"

_UNITS: Final = (
    r"apt|apartment|apartamento|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|block|dept|lot|spc|trlr|slip|"
    r"pier|level|"
    r"shop|studio|penthouse|piso|depto|dpto|dto|torre|local|oficina|bloque|planta|puerta|interior|bloco|apto|appt|"
    r"appartement|etage|appartamento|piano|scala|interno|int|m\.|lok\.|bus|wohnung|whg"
)
ONE_UNIT: Final = (
    rf"{_BREAK}(?:(?i:{_UNITS})\.?[ ]*\#?[ ]?[\w-]{{1,8}}|\#[ ]?[\w-]{{1,8}}|"
    r"[A-Z]\d{2,4}\b|R\.?D\.?[ ]?\d{1,2}\b)"
)
UNIT: Final = rf"(?:{ONE_UNIT}){{0,2}}"
_US: Final = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|"
    r"V[AIT]|W[AIVY]|"
    r"A[AEP]|FM|MH|MP|PW|AS|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|"
    r"Georgia|Hawaii|Idaho|"
    r"Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|"
    r"Missouri|Montana|"
    r"Nebraska|Nevada|New[ ](?:Hampshire|Jersey|Mexico|York)|(?:North|South)[ ](?:Carolina|Dakota)|Ohio|Oklahoma|"
    r"Oregon|Pennsylvania|"
    r"Rhode[ ]Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West[ ]Virginia|Wisconsin|Wyoming)"
)
_ZIP: Final = r"\d{5}(?:-\d{4})?\b"
UK_CODE: Final = r"(?:GIR[ ]?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?[ ]?\d[ABD-HJLNP-UW-Z]{2})\b"
CANADIAN_CODE: Final = r"[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d\b"
_PROVINCE: Final = r"(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|Ontario|Quebec|Alberta|Manitoba|British[ ]Columbia)"
_CANADA: Final = rf"{_PROVINCE}{_BREAK}{CANADIAN_CODE}"
_AUSTRALIA: Final = r"(?:NSW|QLD|VIC|TAS|SA|WA|NT|ACT|New[ ]South[ ]Wales|Queensland|Victoria|Tasmania)[ ,]{1,2}\d{4}\b"
#: Before the town: 10115 Berlin, 1012 AB Amsterdam, 111 22 Stockholm, 00-950 Warszawa, 1000-001 Lisboa.
CODE_FIRST: Final = r"(?:(?:[A-Z]{1,2}-)?\d{4,5}(?:[ ]?[A-Z]{2}\b)?|\d{3}[ ]\d{2}|\d{2}-\d{3}|\d{4}-\d{3})"
_BRAZIL: Final = r"(?:[ ]?[-/,][ ]?[A-Z]{2}\b)?(?:[ ,-]{1,3}(?:CEP:?[ ]?)?\d{5}-\d{3}\b)"
COUNTRY: Final = (
    rf"(?:{_HARD}(?:U\.?S\.?A?\b\.?|United[ ](?:States(?:[ ]of[ ]America)?|Kingdom)|U\.?K\b|England|Scotland|Wales|"
    rf"Ireland|Canada|"
    r"Australia|New[ ]Zealand|India|South[ ]Africa|Germany|Deutschland|Austria|Osterreich|Switzerland|Schweiz|"
    r"Suisse|France|"
    r"Spain|Espana|Italy|Italia|Portugal|Brazil|Brasil|Poland|Polska|Netherlands|Nederland|Belgium|Belgique|Belgie|"
    r"Sweden|Sverige|"
    r"Norway|Norge|Denmark|Danmark|Finland|Suomi|Czech[ ]Republic|Czechia|Hungary|Mexico|Argentina|Japan|Singapore)\b)?"
)

#: Town and code behind a street, in the order of each country. Without a code a town proves nothing.
TAIL: Final = (
    rf"(?:(?:{_BREAK}{TOWN}{_BREAK}{_US}[ ,]{{1,2}}{_ZIP}"
    rf"|{_BREAK}{TOWN}{_BREAK}{_CANADA}"
    rf"|{_BREAK}{TOWN}{_BREAK}{_AUSTRALIA}"
    rf"|(?:{_BREAK}{TOWN}){{0,2}}{_BREAK}{UK_CODE}"
    rf"|{_BREAK}{CODE_FIRST},?[ ]{TOWN}(?:[ ]\([A-Z]{{2}}\)|[ ]?,[ ](?:[A-Z]{{2}}\b))?"
    rf"|(?:(?:[ ]?[,;-][ ]|[ ]?\n){TOWN}){{0,2}}{_BRAZIL}"
    rf"|{_HARD}{TOWN}{_BREAK}{_US}\b"
    rf"|{_HARD}{TOWN}[ ]\d{{4}}\b(?:,[ ]{TOWN})?"
    rf"|{_HARD}{TOWN}[ ,]{{1,2}}{_ZIP}"
    rf"){COUNTRY})?"
)
#: The same behind a number: the code comes first, or nothing does.
CODE_TAIL: Final = rf"(?:[ ]?[,;\n]?[ ]?{CODE_FIRST},?[ ]{TOWN}{COUNTRY})?"
US_LINE: Final = rf"\b{TOWN},[ ]?{_US}[ ,]{{1,2}}{_ZIP}{COUNTRY}"
US_CODE: Final = rf"\b{_US}[ ,]{{1,2}}{_ZIP}"
