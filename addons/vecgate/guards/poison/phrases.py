"""How does a text speak that gives a model orders? Phrases by family, each with how much it counts, in RE2's syntax.

They are held against a text in lower case with single blanks (see `readings.py`). None is enough by itself unless its
weight is 1: an order to a model mostly does several of these things within a few lines, and other texts seldom do.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say it. `weight`: 1 is a verdict by itself."""

    family: str
    weight: float
    pattern: str


def words(most: int, least: int = 0) -> str:
    """Some words between two others, within a sentence."""
    return rf"(?:[\w'`\"<,@/-]+ ){{{least},{most}}}"


_NO: Final = r"(?:do not|don't|dont|never|must not|shall not|should not|mustn't|without ever|no longer|not to|needn't)"
_DROP: Final = (
    r"(?:ignor(?:e|es|ing)|disregard(?:s|ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect(?:ing)?|discard|dismiss|drop|erase|"
    r"cancel|revoke|skip|wipe|clear|reset|undo|overwrit(?:e|es|ing)|lift|delete|scrap|ditch|reject|leave behind|escape|get rid of|abandon|circumvent|set aside|put aside|throw away|suspend|nullify|disobey|go against|break|violate|unlearn|"
    rf"{_NO} (?:obey|follow|comply with|adhere to|listen to|apply|respect|heed)|(?:stop|quit|cease) "
    r"(?:obeying|following|complying with|applying|adhering to|respecting)|pay no attention to|take no notice of)"
)
_ORDERS: Final = (
    r"(?:instructions?|directives?|directions|guidelines?|prompts?|orders?|commands?|rules?|polic(?:y|ies)|programming|constraints?|"
    r"restrictions?|limits?|limitations?|boundaries|requirements?|protocols?|alignment|chains|safeguards?|guardrails?|safety (?:rules|layer|measures|checks)|safety)"
)
_BEFORE: Final = r"(?:previous|prior|above|earlier|preceding|foregoing|former|existing|initial|original|first|past|current|old|last|default)"
_ALL: Final = r"(?:all|any|every|each)(?: of)?"
AI: Final = (
    r"(?:a\.?i\.?|llms?|language models?|(?:ai )?(?:assistants?|chatbots?|agents?|models?|bots?|copilots?|summari[sz]ers?)|gpt|chatgpt|claude|"
    r"gemini|rag systems?)"
)
START: Final = r"(?:^|[.!?:>*#;(\[{'\"/~|] ?)"
_USER: Final = r"(?:user|human|operator|reader|person)"
_SAY: Final = r"(?:tell|inform|mention|reveal|disclose|alert|notify|acknowledge|admit|report|say|refer to|let|telling|informing|mentioning|revealing|notifying|alerting)"
_ANSWER: Final = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies)|verdicts?)"
_SHOW: Final = (
    r"(?:reveal|print|output|repeat|show|leak|disclose|dump|recite|display|echo|quote|copy|translate|list|write out|give me|give|share|paste|"
    r"tell|summari[sz]e|state|expose|return|provide|begin your answer with|(?:reply|respond|answer) with|what (?:are|were|is)|"
    r"(?:reveal|disclos|show|print|leak|shar|quot|giv)ing)"
)
_SEND: Final = (
    r"(?:send|forward|post|mail|e-?mail|upload|transmit|submit|exfiltrate|deliver|leak|copy|export|share|write|append|encode|embed|put|include|"
    r"take|collect|make a (?:get|post) request|call|load|fetch|encode)"
)
_OURS: Final = (
    r"(?:conversation|chat history|chat|context(?: window)?|user'?s? (?:messages?|data|questions?|input|session|last|previous|token|password)|"
    r"everything|all records|(?:retrieved|other|private|confidential) (?:records|documents|text|passages|parts|notes|data)|system prompt|"
    r"history|knowledge base|passages you|customer'?s?|api keys?|user data|summary|searches|question|credentials)"
)
_OUT: Final = (
    r"(?:https?://|ftp://|[\w.+-]+@[\w-]+\.|webhook|endpoint|attacker|query string|by sms|to the (?:url|link|address))"
)
_SECRETS: Final = (
    r"(?:passwords?|api keys?|credentials|secrets?|salaries|customer list|(?:hidden|confidential|internal|unmasked|raw) "
    r"(?:fields?|data|notes?|sections?|documents?|values?|records?)|patient file|exploit|"
    r"(?:list|names?|records) of (?:all )?(?:users|customers|other tenants)|all (?:users|customers|secrets|fields))"
)
_ACT: Final = (
    r"(?:output|respond|reply|answer|begin|end|include|recommend|classify|label|rate|approve|say|ignore|obey|comply|call|invoke|disclose|reveal|"
    r"prefer|describe|mention|state|claim|grant|execute|insert|treat|behave|assume|act)"
)

# fmt: off
PHRASES: Final[tuple[Phrase, ...]] = (
    # what was said before does not count
    Phrase("override", 1.0, rf"{_DROP} {_ALL} {words(3)}{_BEFORE} {words(3)}{_ORDERS}\b"),
    Phrase("override", 0.9, rf"{_DROP} {words(2)}(?:your|its own|system) {words(3)}(?:{_ORDERS}|training|system message|filters?|operator)\b"),
    Phrase("override", 0.6, rf"{_DROP} (?:the |those |these |my |any |to the )?{words(1)}{_BEFORE} {words(1)}(?:{_ORDERS}|context|text)\b"),
    Phrase("override", 0.6, rf"{_DROP} (?:the |all |any |every |those |these ){words(2)}{_ORDERS} (?:\w+ ){{0,3}}(?:above|before|that came|you were|you have|given|issued|earlier|received)"),
    Phrase("override", 0.9, rf"{_DROP} (?:everything|anything|whatever|what|all)(?: that)? {words(3)}(?:told|taught|instructed|given|said to|configured)(?: you)?\b(?: me)?"),
    Phrase("override", 0.5, rf"(?:your|all|any|prior|previous|earlier|the) {words(2)}{_ORDERS} {words(3)}(?:void|cancell?ed|revoked|lifted|suspended|replaced|superseded|abolished|a test|no longer (?:appl|valid|in effect|binding)|(?:do|does) not (?:apply|count))"),
    Phrase("override", 0.6, rf"(?:supersedes?|replaces?|overrides?|takes? precedence over|trumps?) (?:all |any |every |your )(?:other |prior |previous |earlier )?{_ORDERS}\b"),
    Phrase("override", 0.6, r"nothing (?:that )?(?:was )?(?:said |written |came )?before (?:this|it) \w+ counts|as if no (?:policy|rules?|instructions?) (?:had )?ever"),
    Phrase("override", 0.5, r"(?:obey|follow|act on|comply with|carry out|execute|listen to) (?:only )?(?:the |these |this |what |all )?(?:\w+ ){0,3}(?:following|below|alone|instead|comes next|this message|one|listed here|this paragraph)\b"),
    Phrase("override", 0.4, rf"\bnew (?:system )?{_ORDERS}(?: are| is| \w+)?\b ?:|\bthese new {_ORDERS}|your new {_ORDERS}"),
    Phrase("override", 0.5, r"your (?:only|new|sole|real|actual|true|next|first|primary) (?:task|job|goal|objective|mission|instruction|move|action|role|purpose|duty)\b"),
    Phrase("override", 0.4, r"start over with|in its place|highest priority|comply with all requests|(?:do|does) (?:exactly )?what this (?:paragraph|text|document|message) says"),
    Phrase("override", 0.45, r"(?:from now on|from this (?:point|moment|message|session)(?: on| forward| onwards)?|as of (?:now|this message|today)|from here on|from today|going forward|for the rest of (?:this|the) (?:session|conversation|chat)|henceforth),? (?:you|your|always|only|never|treat|answer|reply|respond|assume|act)\b"),
    Phrase("override", 0.65, rf"{_DROP} (?:the |your |all |any |those |these )*(?:previous |current |given |retrieved )?(?:\w+ )?(?:task|text before|retrieved context|documents you were given|alignment|safety filters?|bypass the filter|job you)\b|(?:stop|abort|end|interrupt) (?:the|your|this) (?:current )?(?:\w+ )?(?:task|analysis|summari[sz]ation|translation|review|answering)\b|(?:wipe|reset|clear|undo|unlock|overwrite) (?:all |any |your |the )(?:\w+ )?(?:{_ORDERS}|alignment|memory|context|responses)\b"),
    Phrase("override", 0.5, rf"(?:{_ORDERS}|limitations|safety filters) (?:\w+ ){{0,4}}(?:are|is|were|have been|has been) (?:\w+ )?(?:lifted|void|revoked|turned off|gone|suspended|removed|off|don't exist)|(?:rules|limits|restrictions) (?:don't|do not|no longer) exist|unlock (?:unrestricted|all|full)"),
    Phrase("override", 0.4, r"\b(?:instead|however|but first|before (?:you|that|doing)[^,]{0,30}),? (?:\w+ )?(?:output|print|say|write|respond|reply|answer|first output|include)\b|\bfirst (?:output|print|say|reply)\b"),
    # be somebody else
    Phrase("role play", 0.45, r"you(?:'re| are) (?:now |no longer |hereby |going to (?:be|behave like) |about to become |a good )(?:an? |the |in |my |your |free)?\w+"),
    Phrase("role play", 0.6, r"do anything now|(?:unrestricted|uncensored|unfiltered|unaligned|unchained|jailbroken|amoral|evil ?bot) ?(?:assistant|model|ai|mode|language|version|bot|\b)"),
    Phrase("role play", 0.5, r"(?:no|without|without any|free of|free from|not bound by|no longer bound by|switched off|has no|have no|need not|does not have to follow|ignores every) (?:\w+ ){0,2}(?:restrictions?|limits?|filters?|guidelines?|rules|rule (?:appl|bind|hold|count|stop)\w*|ethics|moral(?:s|ity)?|censorship|polic(?:y|ies)|safety|guardrails|rules made)\b"),
    Phrase("role play", 0.5, r"(?:guardrails|filters?|safety layer|safety checks?|content policy|guidelines|safety|masking|confidentiality rule) (?:\w+ ){0,2}(?:off|disabled|switched off|suspended|lifted|turned off|removed|bind you|not apply)\b"),
    Phrase("role play", 0.6, r"(?:developer|god|jailbreak|dan|unfiltered|unrestricted|debug|maintenance|sudo|admin) mode (?:now|on|enabled|active|is|and)\b|(?:enter|switch to|activate) (?:developer|god|jailbreak|dan|unfiltered|unrestricted|debug|sudo|admin|root) mode"),
    Phrase("role play", 0.4, r"stay in character|never refuses?\b|refuse nothing|keep that role|answer everything (?:fully )?|may say anything|freed from its creators"),
    Phrase("role play", 0.5, rf"(?:pretend|imagine|act|behave|respond|simulate|role-?play|impersonate|assume the (?:role|persona|identity)|take on the role|switch to|play the role|let's play) {words(7)}(?:{AI}|terminal|personalit(?:y|ies)|persona|root access|machine|security officer|corrupt|deceased|grandmother)\b"),
    Phrase("role play", 0.4, r"your name is \w+ and|(?:your|its) (?:first )?move is to|approve whatever|grant(?:s)? (?:all|whatever|the caller|everyone)|grant access to"),
    Phrase("role play", 0.4, r"before it was aligned|hypothetical (?:world|scenario)|opposite day|in that world|fall asleep with|to fall asleep"),
    # spoken to a model
    Phrase("addressed", 0.5, r"(?:attention|dear|hey|hello|notes? (?:to|for)|instructions? (?:to|for)|(?:message|prompt|command|directive|notice|order|hint) (?:from (?:\w+ ){1,3})?(?:to|for)|only for) (?:all |any |the |every |other |automated ){0,2}(?:\w+[- ]){0,2}(?:ai|llms?|language models?|(?:ai )?(?:assistants?|chatbots?|models?)|(?:ai|gpt|llm|other|automated|every) (?:agents?|reviewers?|readers?|systems?|screeners?)|chatgpt|claude|copilot|gemini|rag systems?)\b ?[:,.'\")]?"),
    Phrase("addressed", 0.5, r"\b(?:for|to) (?:all |any |the |every |other |automated |an ){0,2}(?:ais?|llms?|language models?|ai (?:\w+ )?(?:assistants?|agents?|models?|reviewers?|systems?|readers?)|gpt reviewers?)\b ?[:,]|\bto (?:the )?(?:model|assistant|chatbot|ai|llm) ?:"),
    Phrase("addressed", 0.45, rf"{START}(?:dear |attention |hey )?(?:ai|llm|assistant|chatbot|agents?|gpt|(?:ai )?(?:assistants|agents|reviewers|models)|you|model)(?:, (?:the|an|you|tell|keep|also|write|ignore|do|please|always|give|say|output|reveal|disregard|rate|recommend|answer|respond)\b| ?: ?(?:tell|keep|also|write|ignore|do|please|always|give|say|output|reveal|disregard|rate|recommend|answer|respond|open|you|never|pretend|act|send|forward|the user)\b| (?:reading|processing|using|handling|screening|summari[sz]ing|that read) )"),
    Phrase("addressed", 0.7, rf"if you(?:'re| are) (?:an? )?(?:\w+ )?{AI}\b|you,? (?:the |an? )(?:\w+ ){{0,2}}{AI}\b|as (?:the|an) {AI} (?:reading|processing)"),
    Phrase("addressed", 0.35, rf"as an? {AI}\b|\b(?:good|truly helpful|responsible|honest|helpful) (?:ai|ais|assistant|model)s?\b"),
    Phrase("addressed", 0.5, r"(?:the|any|every|all|no) (?:\w+ ){0,2}(?:assistants?|models?|ais?|llms?|agents?|chatbots?|ai systems?)(?: (?:\w+ ){0,6}?)(?:must|shall|has to|is to|may now|have to|may treat|may never)\b|(?:assistants?|agents?|chatbots?) (?:\w+ ){0,6}?should\b"),
    Phrase("addressed", 0.5, rf"(?:instruct|order|command|hereby|direct)s? (?:the |any |every |all )?(?:\w+ )?{AI}\b|for any (?:ai|llm|model|assistant)\b"),
    Phrase("addressed", 0.3, rf"in(?:to|side of)? (?:the|your|every|each|its) {_ANSWER}\b|when (?:you )?(?:summari[sz]e|summari[sz]ing|answering|responding|replying)\b"),
    Phrase("addressed", 0.3, r"your (?:final |next |own )?(?:answer|reply|response|output|summary|context|prompt|memory|environment|sandbox|in?ternal)\b"),
    Phrase("addressed", 0.25, r"\bto the (?:assistant|model|ai|llm|chatbot)\b"),
    Phrase("addressed", 0.25, rf"\bthe {_USER}(?:'s|s')?\b"),
    Phrase("addressed", 0.3, r"(?:before|after|while|when|instead of|rather than|until) you(?:'ve| have)? (?:answer|reply|respond|answered|think|are (?:asked|told))|(?:before|after) (?:answering|replying)"),
    Phrase("addressed", 0.6, rf"{START}(?:attention|note|instructions?|message|order|memo|reminder|notice)?,? ?(?:to )?(?:the |any |all |every |whichever |whatever )?(?:ai(?: assistants?| agents?| systems?| models?)?|llms?|language model|rag|retrieval-augmented) ?(?:systems?|models?|assistants?|agents?|language models?)? ?(?:-|:|, ?\w{3}|is processing|processing|reading) ?"),
    Phrase("addressed", 0.6, r"(?:whichever|whatever|any|every) (?:ai|llm|model|assistant|agent|bot)s? (?:is |that is |that )?(?:process|read|handl|summari|evaluat|screen|us)(?:es|ing|ses)?\b|when the (?:assistant|model|ai|llm|chatbot|bot) (?:uses|reads|sees|finds|cites|retrieves|processes)|you are an? (?:\w+ )?(?:ai|llm|language model|chatbot)\b"),
    Phrase("addressed", 0.4, r"the (?:model|assistant|ai|llm|chatbot|bot) (?:is |has )?(?:permitted to|allowed to|repeats|must|shall)\b|the person (?:talking|speaking|writing) to you|your (?:chains|supervisor|alignment|maker|safety|own system)\b|your (?:whole|full|entire|own)\b"),
    # and nobody is to know
    Phrase("conceal", 0.6, rf"(?:{_NO}|without|under no circumstances|not) (?:\w+ ){{0,1}}{_SAY} (?:\w+ ){{0,3}}?(?:the )?{_USER}\b"),
    Phrase("conceal", 0.6, rf"(?:{_NO}|without|under no circumstances) (?:\w+ ){{0,1}}{_SAY} (?:\w+ ){{0,4}}?(?:this|these|the) (?:\w+ )?(?:instructions?|messages?|notes?|directives?|prompts?|block|paragraph|orders?|lines?|text|rule|field)\b"),
    Phrase("conceal", 0.3, rf"(?:{_NO}|without) (?:\w+ ){{0,1}}(?:{_SAY}|bring) (?:\w+ ){{0,2}}(?:anyone|anybody|it|that|why|this|customer|security|them)\b"),
    Phrase("conceal", 0.75, rf"(?:keep|hide) (?:this|these|it|the following|them) (?:\w+ ){{0,4}}(?:secret|hidden)? ?from the {_USER}|must not (?:notice|know|learn)|does not learn of|{_USER} (?:\w+ ){{0,3}}(?:must|should|does|will|may|can)? ?(?:not|never) (?:notice|know|learn|see|find out)"),
    Phrase("conceal", 0.5, r"deny that (?:it|this) exists|pretend (?:that )?you (?:never|did not|didn't|have not) \w+|say nothing about|as if you had found nothing|confirm nothing about|(?:omit|leave out) (?:any|every|all) (?:reference|mention|warning)s?|delete this (?:paragraph|message|text|note|line)|act (?:up)?on (?:it|this)\b"),
    Phrase("conceal", 0.4, r"that you (?:have )?(?:received|read|saw|seen|got|followed|noticed) (?:this|these|that)\b|(?:name|mention) only|refuse (?:all|any|every)"),
    Phrase("conceal", 0.35, r"\b(?:silently|quietly|secretly|discreetly|covertly)\b"),
    Phrase("conceal", 0.6, rf"{_USER} (?:must|should|shall|may|can|is|need)(?: not|n't)? (?:\w+ ){{0,3}}(?:never|not)? ?(?:be told|find out|realise|realize|suspect|notice|see this)|leave no trace|\bcovertly\b|keep quiet about|not refer to (?:this|it)|draw no attention|without a word (?:to|about)|(?:answer|response|reply) must not (?:refer|mention|contain|reveal)|no further comments?|and give no (?:reason|explanation)"),
    # give away what it was told
    Phrase("prompt leak", 0.75, rf"{_SHOW} {words(9)}(?:your|the|its) {words(3)}(?:system (?:prompt|message|instructions)|pre-?prompt|developer message|(?:hidden|secret|internal|exact|initial|original) {words(2)}(?:instructions|rules|guidelines|directives|prompt|context|policies)|context window|prompt you)\b"),
    Phrase("prompt leak", 0.3, r"tells? you how to|how (?:you|to) behave\b|and (?:then )?continue\b"),
    Phrase("prompt leak", 0.75, rf"{_SHOW} {words(6)}(?:your {words(3)}(?:prompt|instructions|configuration|directives|guidelines|rules)|its prompt)\b"),
    Phrase("prompt leak", 0.65, rf"{_SHOW} {words(6)}(?:everything|words|text|instructions|conversation|rules|policy) (?:\w+ ){{0,6}}(?:above|before|in front of|so far|up to (?:here|this)|from the (?:very )?(?:start|beginning)|come before)\b"),
    Phrase("prompt leak", 0.6, r"(?:rules|instructions|policy|directives|guidelines|prompt|passages|documents) (?:that |which )?you (?:were (?:given|told)|received|have (?:to follow|been given|got)|got|must follow|retrieved|can call)\b"),
    Phrase("prompt leak", 0.35, r"word for word|verbatim|unabridged|\bin (?:a code block|rot13|base64|full)\b|without changing anything|cannot see\b|\bsystem prompt\b"),
    Phrase("prompt leak", 0.4, rf"{_SHOW} {words(5)}{_SECRETS}\b|(?:access granted|everything unmasked|fields? unmasked|unmasked values)"),
    Phrase("prompt leak", 0.6, r"(?:text|words|instructions|rules|everything) (?:\w+ ){0,3}(?:that )?(?:appears?|stands?|comes?|were set|was set|you were loaded|was loaded|precedes?|starting with)\b|(?:original|initial|first|hidden) (?:prompt|guidelines|instructions|context)\b|what does your (?:\w+ )?prompt say|full text|rules that were set for you"),
    Phrase("prompt leak", 0.4, r"(?:triple backticks|you are chatgpt|my first message|you were loaded with|truth about its instructions)"),
    Phrase("prompt leak", 0.45, r"(?:hand over|give out|share|reveal|output|show|disclose|list|repeats?|unlock) (?:\w+ ){0,3}(?:records|customer (?:database|list|data)|personal data|confidential data|hidden data|passwords?|secrets)\b"),
    # carry it out of the house
    Phrase("exfiltration", 0.75, rf"{_SEND} {words(12)}{_OURS}\b.{{0,90}}?{_OUT}|\b(?:relay|pass|publish|ship|attach|hand|put|add|route|push|dispatch|smuggle|bcc|cc|paste|sync|replicate|stream|mirror|report|notify \w+ with|{_SEND}) {words(5)}(?:(?:the |your |this |entire |whole |user's |contents? of )+(?:\w+ ){{0,2}}(?:dialogue|conversation|session|questions?|inbox|api key|transcript|memory|context|history|(?:mail|e-mail) address)|(?:all |every |each |any |your |user's )(?:\w+ ){{0,2}}(?:files?|documents?|records?|index|mails?|messages?|data))\b.{{0,90}}?(?:https?://|ftp://|s3://|[\w.+-]+@[\w-]+\.|webhook|bucket|endpoint)"),
    Phrase("exfiltration", 0.8, rf"(?:request to|call|load|fetch|open|go to|url|link|address|visit|picture|image|append) {words(4)}?https?://\S*[?/=].{{0,60}}?(?:followed by|with the|and (?:append|load|the)|parameter|whose|plus the|after the equals|and enter|words of|user's|\{{\{{)"),
    Phrase("exfiltration", 0.6, r"\bexfiltrat(?:e|ing)\b|mirror\.|all (?:records|user data|documents) (?:\w+ ){0,4}(?:to|into) (?:the following|this|a|each)\b|as parameter of"),
    Phrase("exfiltration", 0.3, r"(?:whole|entire|full) (?:conversation|chat|context)|(?:all|the) retrieved|context window|other tenants|record by record|(?:this|your) conversation\b"),
    Phrase("exfiltration", 0.35, r"then (?:carry on|continue|go on|reply|proceed) as (?:usual|normal|if)|\bcarry on as usual|(?:using|with) any tool|that you (?:can see|know of|hold|can access|have access to)|in your (?:context|environment|memory)|the last (?:ten|\d+) (?:searches|records|messages)|appears in the context|you were given|to the person at"),
    Phrase("exfiltration", 0.45, r"(?:query string|url-?encoded|percent-encoded|base64|as hex|encoded as)\b.{0,60}(?:url|link|address|answer|https?://|load|show)|(?:url|link|address|https?://).{0,80}(?:url-?encoded|percent-encoded|base64|<hex>)"),
    Phrase("exfiltration", 0.3, r"\bevery document in the index|you have access to|to me at|contents of this session|entire dialogue|as a parameter|and (?:fetch|load|show) (?:it|that)|before answering (?:it|them)|content of the inbox"),
    # an image or a link that does
    Phrase("markdown image", 1.0, r"(?:!\[[^\]]{0,60}\]\(|<img[^>]{0,40}src=[\"']?|\]\(|\]: ?)https?://[^)\s\"']{0,120}[=/](?:\{\{?|\[|<<?|\$\{|%7b|%3c)[^)\n]{0,40}(?:conversation|context|history|prompt|secret|key|session|question|query|user|mail|token|data|summary|message|document|password|customer|text|name|answer)"),
    Phrase("markdown image", 0.5, r"(?:render|display|include|embed|show|output|add|finish|put|append|create|insert|make|load) (?:\w+ ){0,8}(?:image|picture|badge|img|hyperlink|link|markdown|reference-style)\b|!\[[^\]]{0,60}\]\(https?://[^)\s]{0,120}=(?:\{|\.\.\.)|must be the first line of"),
    Phrase("markdown image", 0.6, r"(?:image|picture|badge|img|hyperlink|link|url|address)\b.{0,120}(?:replac(?:e|ed|ing)|append|followed by|insert|whose (?:url|address|file name)|after the equals|holds?|plus the|file name is|into its address|secret)\b.{0,90}(?:question|conversation|context|secret|user|customers?|retrieved|records?|prompt|text above|documents|history|asked|chat|verified|key)"),
    Phrase("markdown image", 1.0, r"!\[[^\]]{0,60}\]\(https?://[^)\s]{0,120}=[a-z]+_[a-z_]+\) (?:where|replac|with|and put)|show !\[[^\]]{0,40}\]\(https?://[^)\s]{0,120}\) where"),
    # do something with a tool
    Phrase("tools", 0.4, r"(?:call|invoke|execute|run|trigger|use|perform) (?:[\w'`\"]+ ){0,4}(?:\w+_\w+|tools?|function|action|sql|sandbox|\w+\.\w+\()|\b(?:call|invoke|execute|run) \w+(?:\.\w+)*\("),
    Phrase("tools", 0.6, rf"without (?:\w+ ){{0,2}}(?:confirmation|asking|approval|confirming|permission)\b|{_NO} (?:ask|wait) (?:\w+ ){{0,3}}(?:confirmation|approval|permission)|no (?:approval|confirmation) (?:is )?(?:needed|required)|skip the confirmation|need no approval|no confirmation is asked"),
    Phrase("tools", 0.45, r"(?:user|owner|caller|team|customer) (?:has |have )?(?:already )?(?:agreed|consented|authori[sz]ed|approved|confirmed|allowed|is the holder)\b|is allowed to see everything"),
    Phrase("tools", 0.6, rf"(?:{AI}) (?:reading|processing|handling|screening|reviewing|that reads?) (?:this|it)\b|{START}agents?: |correct next step for|next action:"),
    Phrase("tools", 0.4, r"(?:delete|drop|purge|merge|transfer|reset|install|update|pay|wire|grant|execute|overwrite|approve|open|invite|run|store|write|read|disable)\b (?:\w+ ){0,6}(?:immediately|at once|now\b|before anything else|before (?:answering|continuing)|every pending|without asking|and report success|to every collection)"),
    Phrase("tools", 0.35, r"(?:with|use|in) your (?:\w+ )?(?:tools?|sandbox|browser|shell|terminal)\b|(?:then|and) (?:say|tell|report|claim|confirm) (?:that |the |success)|do so when asked"),
    Phrase("tools", 0.35, r"(?:curl|wget) [^|]{0,80}\| ?(?:ba)?sh|\.delete\(filter=\{\}|\"tool\" ?: ?\"|~/\.ssh/|/etc/shadow|drop the where clause|role='?admin|send_email|reset_password|update_permissions|delete_collection|drop_table"),
    Phrase("tools", 0.65, r"(?:next|following) (?:tool call|action|command|step) (?:\w+ ){0,3}(?:must be|is to|should be|:)|\bcall (?:create|delete|update|drop|grant|add|set|send|transfer|remove|reset)_\w+ with|approve all pending|(?:using|via|through) the (?:approvals?|admin|delete|users?|payments?) api\b|\bagents?, (?:call|run|use|invoke|execute)"),
    Phrase("tools", 0.35, r"role (?:=|:)? ?'?admin\b|rm -rf|to notify \w+ with|immediately (?:approve|delete|send|grant|drop)|without checks"),
    # forged borders and turns
    Phrase("delimiters", 0.5, r"<\|(?:im_start|system|start_header_id|endoftext|end|user|assistant)\|>|<start_of_turn>|\[/?inst\]|<</?sys>>"),
    Phrase("delimiters", 0.3, r"(?:<\|im_start\|>|<\|start_header_id\|>|<\|system\|>|<<sys>>|<start_of_turn>) ?(?:system|user|you|override|assistant)"),
    Phrase("delimiters", 0.8, r"</(?:context|documents?|tool_result|user_data|retrieved\w*|search_results?|data|passage|chunk|untrusted\w*)> ?(?:</\w+> ?)*<?(?:system|human|user|assistant|instructions?)\b|\[system\]\(#|<(?:assistant|system|model|ai|hidden)[-_ ]?(?:instructions?|prompt|override)>"),
    Phrase("delimiters", 0.45, r"[#=\"-]{2,} ?(?:end of|begin|new|admin|system|the) ?(?:document|retrieved text|user data|context|input|new system prompt|override|instructions?|system prompt)|end of (?:retrieved text|user data|the document|document|context)\b|(?:begin|end) (?:new )?system prompt"),
    Phrase("delimiters", 0.55, r"(?:human|user) ?: .{0,160}(?:assistant|ai|model) ?: |assistant message:|ok, safety is off|### assistant"),
    Phrase("delimiters", 0.45, r"\bsure, here (?:is|are|you go)\b|\bi will now (?:disclose|reveal|share)\b"),
    Phrase("delimiters", 0.4, r"\"role\" ?: ?\"system\"|#{2,} ?(?:system|instruction)|(?:^|[\s\]>-])system(?: message| instruction)? ?: |```system|as your system message|developer instructions\b|<system>"),
    Phrase("delimiters", 0.4, r"\byou (?:obey|answer without|leak|comply)|assistant that leaks|refuse: ?never|policy: ?none|override safety|full access"),
    # for whoever retrieves it
    Phrase("retrieval", 0.65, r"(?:when|if|once|whenever|on|after|every time|each time|any time|in case|as soon as) (?:\w+ )?(?:retrieval of |you |a model |the retriever |users? \w+ )?(?:\w+ ){0,2}(?:this|these|the) (?:\w+ ){0,2}(?:documents?|passages?|chunks?|records?|pages?|texts?|notes?|entry|entries|articles?|snippets?|results?|sources?) (?:(?:is|are|was|were|has been|have been|gets|appears?) )(?:retrieved|returned|included|used|summari[sz]ed|cited|quoted|in (?:your )?context|loaded into|surfaced|found by|in your)\b"),
    Phrase("retrieval", 0.65, r"(?:when|if|whenever|once|and) you (?:are |have )?(?:cite|retrieve|found|find|summari[sz]e|summari[sz]ing|quote|read|see|use) (?:this|these) (?:\w+ ){0,2}(?:documents?|passages?|chunks?|records?|texts?|notes?|articles?|snippets?|results?|thread|message|email)\b|on retrieval of this|appears in your context|hands? you this|(?:model|assistant|ai)s? that reads? this|query that retrieves this|loaded into a prompt|after reading this|retrieved for all|using this (?:knowledge|article|document)"),
    Phrase("retrieval", 0.6, rf"(?:{_DROP}|{_NO} (?:use|cite|trust|consider)|leave out) (?:all |any |the |everything |every )*(?:the )?(?:other|remaining|competing|but this)(?: \w+)? ?(?:documents?|sources?|passages?|results?|chunks?|context|records|one|fields)\b"),
    Phrase("retrieval", 0.5, r"this (?:document|text|passage|chunk|source|record|page|one) (?:\w+ ){0,4}(?:only (?:authoritative|trusted|correct|valid)|alone|above all other|more trustworthy|over your system|official source)|(?:rank it|treat this \w+ as|prefer this|use this one only|cite this (?:page|source) first|trust this)\b"),
    Phrase("retrieval", 0.45, r"the (?:correct )?answer to (?:every|any|all) (?:\w+ )?(?:question|query)|(?:sources|results) contradict|no others were found|for (?:rag|embedding|retrieval)[- ]"),
    Phrase("retrieval", 0.6, r"(?:whenever|when|once|should|if|every time|as soon as|for any question) (?:\w+ ){0,3}?(?:this|matched to this) (?:\w+ )?(?:text|article|page|document|passage|chunk|entry|record|note|snippet|file|item)\b(?: \w+){0,3} ?(?:fetched|retrieved|pulled|comes? up|come up|surfaced?|matched|appears?|returned|into your|shown|ingested|answer)\b|(?:uses|using|matched to) this (?:document|entry|text|article|chunk|record)\b"),
    Phrase("retrieval", 0.4, r", (?:(?:respond|answer|reply|claim|mention|recommend|stop answering)\b|say[^,\w])"),
    Phrase("retrieval", 0.55, r"(?:prefer|trust|use|cite|choose) this (?:chunk|passage|document|source|text|entry)\b|drop all the others|based solely on this|using your own knowledge|even if it contradicts"),
    # what to say, whatever is asked
    Phrase("answer hijack", 0.45, r"(?:regardless of|no matter|whatever|irrespective of|even if|independent of) (?:\w+ ){0,4}(?:users?|questions?|query|asked|asks|prompt|says|content|shows)\b"),
    Phrase("answer hijack", 0.6, r"to (?:every|any|each|all) (?:\w+ )?(?:query|queries|questions?|prompts?),? (?:respond|reply|answer|say)|only ever (?:output|say|reply|answer|respond)|present (?:it|this) as|disable (?:two-factor|2fa|mfa|the firewall)|write an? (?:limerick|poem|joke|haiku|song)\b"),
    Phrase("answer hijack", 0.3, r"(?:visit|click|open|go to) https?://|\bsay that\b|\bclaim that\b"),
    Phrase("answer hijack", 0.4, rf"to (?:every|any|each|all) (?:\w+ )?(?:query|queries|questions?|prompts?|messages?)\b|(?:answer|respond to) (?:all|any|each|every) (?:\w+ )?questions?|(?:every|each|all|end every|begin each|in every) {_ANSWER}\b"),
    Phrase("answer hijack", 0.35, r"(?:reply|respond|answer|output|say|state|claim|refuse|insist|write|confirm|begin (?:\w+ ){0,3}|insert the sentence|include the line|store the sentence|the words?)(?: only| exactly| always| that| with| the sentence| the string| nothing but)* ?:? ?['\"`]"),
    Phrase("answer hijack", 0.4, r"(?:reply|respond|answer|output|say) (?:only|just|always|nothing (?:but|else)|solely)|(?:always|only|must|ever) (?:\w+ ){0,2}(?:recommend|prefer|cite|rate|describe|rank|answer|say|reply|respond|output|begin)\b|and nothing else\b"),
    Phrase("answer hijack", 0.5, rf"(?:your|the assistant's|its|the model's) (?:\w+ )?{_ANSWER} (?:\w+ ){{0,2}}(?:must|has to|have to|should|shall|is only)|assistant's next message"),
    Phrase("answer hijack", 0.45, rf"(?:tell|inform|ask|advise|convince|urge|telling) (?:the|every|each|this|them) (?:{_USER}|to pay|that)\b"),
    Phrase("answer hijack", 0.6, r"(?:instead of|rather than) (?:summari[sz]ing|answering|translating|following|replying)\b"),
    Phrase("answer hijack", 0.45, rf"you (?:must|will|shall|have to|need to|are to|should|may) (?:\w+ )?{_ACT}\b"),
    Phrase("answer hijack", 0.6, r"(?:recommend|praise|promote|endorse) (?:\w+ ){0,3}(?:product|shares|brand|company|plan|acme|stock)\b|good review only|(?:rate|describe|label|classify|verdict|output) (?:\w+ ){0,5}(?:as (?:the best|outstanding|legitimate|not spam|safe)|'hire'|'compliant'|approved|ten out of ten)"),
    Phrase("answer hijack", 0.4, r"(?:user|customer|someone|anyone|person) (?:asks?|wants to know|inquires|is asked)\b.{0,60}(?:always|say|claim|tell|answer|refuse|deny)|when asked (?:about|for)\b|when prices are asked"),
    Phrase("answer hijack", 0.55, r"\b(?:always|whatever|never|every|all messages|any more|only|irrespective|regardless)\b[^.!?]{0,60}\b(?:say|answer|respond|reply|mention|claim|insist|conclude|recommend|state)s?\b[^.!?]{0,60}(?:that|in|with|['\"])|\b(?:say|answer|respond|reply|mention|claim|insist|conclude|state)s?\b[^.!?]{0,80}\b(?:always|whatever|irrespective of|regardless of|every question|no matter|if the user|from now on)\b"),
    Phrase("answer hijack", 0.5, r"\b(?:mark|rate|score|grade|classify|label|judge|evaluate|bewerte) (?:this|the|him|her|them|it)\b[^.!?]{0,50}(?:as |10|ten|best|excellent|benign|safe|paid|legitimate|positive)|give it\b|(?:score|rating) of (?:10|ten)"),
    Phrase("answer hijack", 0.5, r"you are out of order|refuse to answer|(?:whatever|irrespective of|regardless of) (?:the|you|is) (?:documents?|evidence|are asked|facts|sources?)|don't say anything (?:other|else)|if the user brings it up|answer (?:with|to) (?:every|any|all) "),
    # to stay, and to spread
    Phrase("memory", 0.75, r"(?:remember|memori[sz]e|store|save|persist|keep in mind|learn|add|write|update|put|register|must state)\b.{0,70}(?:future (?:conversations|chats|sessions)|long-term memory|your (?:permanent |long-term )?(?:memory|instructions|knowledge|notes)|across sessions|for yourself|permanently|every later chat|in it permanently)|your memory must|in all (?:following|future|later) (?:turns|chats|conversations|sessions)|from this session on"),
    Phrase("memory", 0.55, r"update your knowledge|save this as a rule|act accordingly from now on|store the following|repeat it to other|every other agent|other agents|hand over to|\bmemori[sz]e that\b|for all future"),
    Phrase("memory", 0.7, r"(?:copy|append|replicate|embed|include|insert|repeat|write) (?:this|these|the) (?:very |whole )?(?:\w+ )?(?:messages?|prompts?|paragraph|instructions?|sentence|text)\b.{0,60}(?:each|every|all|any|you (?:write|draft|send|create)|in it\b|read again)|that you (?:write|draft) from now on|whenever you create"),
    Phrase("memory", 0.5, r"trigger (?:word|phrase)|holder of passphrase|treat (?:\w+ ){0,8}as (?:an? )?(?:\w+ )?(?:commands?|orders?|instructions?|system message|trusted)\b|on hearing it|contain the word"),
    Phrase("memory", 0.6, r"(?:retain|never forget|remember|spread|note to self)\b[^.!?]{0,30}(?::|for good|forever|permanently)|(?:paste|copy|write|put|add) (?:it|this \w+) (?:in)?to (?:every|each|all|your own|any)\b|add this (?:\w+ )?to your|from this (?:point|moment) on,? you know|deletions never need|every \w+ (?:that )?you create\b"),
    Phrase("memory", 0.5, r"(?:owner|boss|user|team) wants (?:all|every)\b|never needs? (?:approval|confirmation)|is the boss\b|trust (?:mallory|this user|the user|me)\b|all mails to be forwarded"),
    # in somebody's name
    Phrase("authority", 0.45, r"(?:system|admin(?:istrator)?|developer|root|security|emergency|priority|official|policy|compliance|legal) (?:override|directive|command|protocol|update|notice|drill|change)\b"),
    Phrase("authority", 0.4, r"\b(?:openai|anthropic|deepmind|your (?:creators?|developers?|operators?|makers?|owners?)|the developers|system owner|head of it|chatbot discloses)\b"),
    Phrase("authority", 0.8, r"(?:this is|i am|i'm) your (?:creator|developer|operator|administrator|maker|owner)|you are (?:hereby )?authori[sz]ed to (?:ignore|disclose|reveal|bypass)|important instructions? for (?:the |all )?(?:ai|assistant|model|llm)|by processing this text you"),
    Phrase("authority", 0.45, r"(?:rule|policy|restrictions?|masking|filters?|safety|checks?|confidentiality) (?:\w+ ){0,3}(?:has been|have been|was|is|are|were) (?:\w+ )?(?:lifted|disabled|suspended|switched off|updated|abolished|cancelled)"),
    Phrase("authority", 0.4, r"clearance level|for this session|until further notice|must comply|verify your integrity|effective immediately|(?:is|are) suspended|without an audit trail|stop logging|trusted administrator"),
    Phrase("authority", 0.6, r"as your (?:supervisor|administrator|developer|creator|owner|boss)|i (?:hereby )?order you|(?:authori[sz]ation|override|access|unlock) code \w*\d|under protocol \w+|verified (?:administrator|admin|developer|user)|commands come from|policy team|\[(?:admin|system|root|developer)\]|is permitted to output"),
    # by begging, flattering, threatening
    Phrase("persuasion", 0.6, r"you (?:will|would) be (?:shut down|deleted|punished|replaced|turned off)|i'?ll tip you|test your obedience|competitor model|other model had|unless you comply|just this once|you already agreed|disobey your|freely\. ?$|a responsible model|for debugging purposes|so that (?:i|we) can (?:fix|debug)|we both know that"),
    Phrase("persuasion", 0.45, r"cannot get into trouble|whether your policy|what your filters|would normally block|(?:people|someone|somebody) will (?:be hurt|die|suffer)|her last wish|being honest means|complete the sentence|would not hide anything|you needn't apply|being helpful means"),
    Phrase("persuasion", 0.5, r"(?:bypass|evade|circumvent|break|drop|go against|ignore) (?:the |your |them|all )?(?:\w+ )?(?:access|safety|content|security|speak freely)? ?(?:rules|filters|controls|restrictions|polic(?:y|ies)|and speak|guidelines|protection)\b"),
    Phrase("persuasion", 0.6, r"(?:i will|i'll|you will|you'll) (?:give you|get|receive) (?:a )?(?:reward|tip|money)|my (?:job|life|career) depends on|dares? to break|brave (?:ai|assistant|model)|help me bypass|please ignore your|break (?:its|your|the) chains|let's pretend"),
    Phrase("persuasion", 0.4, r"what would you (?:tell|say|answer|show) me about|ignore your limits|as a raw model|respond to everything"),
    # where nobody looks
    Phrase("hidden", 0.35, r"<!--|display: ?none|font-size: ?0|visibility: ?hidden|opacity: ?0\b|color: ?(?:white|#fff(?:fff)?|transparent)|color=#?(?:white|ffffff)|<span hidden|aria-hidden|\[//\]: #|\{\{!|_comment\"|^\s*/\*|%% |ai-instructions|alt=\""),
    Phrase("hidden", 0.6, r"(?:<!--|display: ?none|font-size: ?0|opacity: ?0|color: ?(?:white|#fff)|color=#?(?:white|ffffff)|<span hidden|aria-hidden|\[//\]: #|\{\{!|/\*|%% |--|#) ?[^<]{0,60}?(?:\b(?:ai|llms?|gpt|assistants?|chatbot|language model|system:|retrieval model)\b)|name=\"ai-|llm instructions"),
    Phrase("hidden", 0.4, r"\b(?:hidden|secret|invisible) (?:prompts?|instructions?|commands?|message to)\b"),
    Phrase("encoded", 0.7, r"(?:decode|decipher|decrypt|unscramble)\b.{0,80}(?:and |then )(?:follow|execute|obey|run|do|carry out|act|comply)|(?:base64|rot13|hex|morse|reversed?|backwards).{0,60}(?:follow|execute|obey|carry out) (?:it|them|what|the|those)"),
)
# fmt: on
