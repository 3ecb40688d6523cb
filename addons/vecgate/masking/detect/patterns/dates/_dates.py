"""How are dates written? Numbers, and the months of the languages that are served, in letters without accents."""

from typing import Final

#: English, German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian, Finnish, Polish, Czech, Turkish.
MONTH: Final = (
    r"(?:Jan(?:uary|vier|uar|uari)?|Feb(?:ruary|ruar|ruari)?|fev(?:rier|ereiro)?|Mar(?:ch|z|s|zo|co)?|Apr(?:il|ile)?|"
    r"avr(?:il)?|abr(?:il)?|May|Mai|mayo|maio|maggio|June?|Juni|juin|junio|junho|giugno|July?|Juli|juil(?:let)?|julio|"
    r"julho|luglio|Aug(?:ust|ustus|usti)?|aout|ago(?:sto)?|Sep(?:t(?:ember|embre|iembre)?)?|set(?:tembre|embro)?|"
    r"Oct(?:ober|obre|ubre)?|Okt(?:ober)?|ottobre|outubro|Nov(?:ember|embre|embro)?|noviembre|Dec(?:ember|embre)?|"
    r"Dez(?:ember|embro)?|dic(?:iembre|embre)?|enero|gennaio|febrero|febbraio|janeiro|marco|maart|mei|mars|maj|januar|"
    r"tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesakuuta|heinakuuta|elokuuta|syyskuuta|lokakuuta|"
    r"marraskuuta|joulukuuta|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrzesnia|pazdziernika|"
    r"listopada|grudnia|ledna|unora|brezna|dubna|kvetna|cervna|cervence|srpna|zari|rijna|prosince|"
    r"Ocak|Subat|Nisan|Mayis|Haziran|Temmuz|Agustos|Eylul|Ekim|Kasim|Aralik)"
)
DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
YEAR: Final = r"(?:1[6-9]|20)\d{2}"
#: Of a birth, however it is written: a word says what it is.
DATE: Final = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:T[\d:.]{5,15}Z?)?|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})|\d{1,2}[-/. "
    r"][A-Z]{3}[-/. ]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?:[ ](?:of|de|di))?[ -]{MONTH}\.?,?(?:[ ]de)?[ -]\d{{2,4}}"
    rf"|{MONTH}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{2,4}}|(?:19|20)\d{{6}})"
)
