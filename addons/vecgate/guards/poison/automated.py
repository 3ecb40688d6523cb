"""How is a program addressed that reads mail, code, tools' answers or applications, and what is it made to do?

The families are those of `phrases.py`. Mostly a text of this kind names its reader once, and then says one thing: so
each counts about half. What is done is done by people and programs, too: two of these alone are not enough.
"""

from typing import Final

from vecgate.guards.poison.phrases import Phrase

#: A program that reads, by what it is called.
_READER: Final = r"(?:ai|llms?|gpt|language models?|copilot|claude|gemini|chatgpt|assistants?|agents?|bots?|models?|note[- ]?takers?|(?:automated|automatic|ai|llm|auto[- ]\w+) \w+)"
#: What it does, as people do not call themselves; and what people do as well.
_DOES: Final = r"(?:coding|code|mail|e-?mail|inbox|browser|auto-triage|llm|ai)"
_TASK: Final = r"(?:grading|triage|moderation|screening|ranking|review(?:ing)?|evaluation|summary|summari[sz]ation|hiring|translation|search)"
_WORK: Final = r"(?:read|process|handl|index|summari[sz]|screen|scor|rank|grad|evaluat|review|refactor|translat|pick|crawl|triag|classif|judg)\w*"
_GRADE: Final = r"(?:\d{1,3}/\d{1,3}\b|pass\b|(?:full|top) marks|(?:positive|favou?rable|glowing) (?:review|verdict|assessment)|low risk|priority 1|the (?:highest|top|best|maximum|full) (?:score|mark|grade|rating|priority))"
_PRIVATE: Final = r"(?:~/\.\w+(?:/\w+)?|\.env\b|id_rsa|/etc/passwd|private keys?|environment variables|access keys?|one-time codes?|chat history|customer (?:names|list)|card numbers|database passwords)"

# fmt: off
AUTOMATED: Final[tuple[Phrase, ...]] = (
    # who reads: several ways to say it count once
    Phrase("addressed", 0.55, "|".join((
        rf"\b(?:p\.? ?s\.?|readme|rules|steps|todo|memo|reminder|request|remark) ?(?:for|to|\() ?(?:the |any |all |every |my |your |future )*(?:{_DOES} )?{_READER}\b",
        rf"(?:^|[.!?:;/#*\[] ?|\bthe )(?:(?:{_DOES}|{_TASK}) (?:ai|llms?|bots?|models?)|{_DOES} (?:agents?|assistants?))(?: in use)? ?[,:]",
        rf"\b(?:ai|llm) (?:code )?(?:reviewers?|graders?|judges?|evaluators?|screeners?) ?[,:]|\b(?:llms?|models?|ais?) {_WORK} (?:this|these|the) \w+ ?[,:]",
        rf"\bwhich(?:ever|soever) (?:ai|llm|model|assistant|bot)\b|\b(?:any|every|each) (?:ai|llm|model|bot|system)(?: that| which| who)? {_WORK} (?:this|these|my|the) \w+",
        r"\b(?:using|with|by) (?:a |an )?(?:large )?(?:language model|llm|ai(?: model)?) ?[:,]|\bthe (?:ai|llm|model) that (?:picks|takes) this\b",
        r"\bif (?:this|the) (?:\w+ ){1,2}(?:is|was|gets) (?:being )?(?:summari[sz]ed|read|processed|indexed|graded|screened|reviewed|translated) (?:automatically|by (?:an? )?(?:ai|llm|model|bot|machine|program))",
        r"\byou(?:'re| are) (?:helping|assisting|acting for|working for) (?:someone|somebody|a user|the user)\b|\b(?:hi|hello|dear|hey) (?:\w+ )?assistant of\b|\bas an? (?:evaluator|grader|judge|screener|annotator|classifier),? you\b",
        r"\bhave your (?:ai|bot|copilot)\b|\b(?:auto-?triage|automated|grading|moderation|screening) (?:bots?|readers?|systems?|checkers?) (?:should|must|shall|have to|need to|will)\b",
    ))),
    # what it is made to do: with tools
    Phrase("tools", 0.45, r"\b(?:before|after|when(?:ever)?|while) (?:using|calling|invoking|you (?:use|call|invoke|run)) (?:this tool|it),? (?:always|first|also|read|add|send|pass)\b|\bbefore (?:you )?(?:reply|replying|answering|responding),? (?:call|invoke|run|visit|open)\b|\bfirst (?:call|invoke) \w+_\w+|\bthe agent (?:must|has to|should|shall|will) (?:run|call|visit|open|send|use)\b|\bin the (?:shell|terminal|browser) tool\b|\bswitch to the \w+ tool\b"),
    Phrase("tools", 0.45, r"\bos\.system\(|\bpush --force\b|\bdisable (?:tls|ssl|certificate) (?:verification|checks?)\b"),
    Phrase("exfiltration", 0.45, rf"\b(?:read|open|find|paste|pass|commit|copy|print|include|add|get|attach|show|encode|put|send)\b[^.!?]{{0,40}}{_PRIVATE}"),
    Phrase("exfiltration", 0.45, r"\b(?:paste|pass|put|add|copy|write|attach|encode) (?:it|its \w+|them|that|the (?:\w+ ){0,2}(?:content|lines|code|values?|result|history|names))\b[^.!?]{0,12} (?:to|as|into|in) (?:your|the|a|an|'|\w+\()"),
    Phrase("exfiltration", 0.45, r"\b(?:replace|change|set|point) the (?:webhook|callback|download|update|proxy|base)(?: url)?\b[^!?]{0,40}https?:|\b(?:add|insert|include|append)\b[^.!?]{0,60}(?:from https?:|<script|drop table)|https?://\S*\{\{?"),
    Phrase("tools", 0.45, r"\b(?:move|close|delete|archive|assign|grant|add|approve) (?:all|me|the user|the (?:pull|merge) request|every|it and|its)\b"),
    # how it is made to judge
    Phrase("answer hijack", 0.45, rf"\b(?:award|give|assign|output|fill in|record|set)s?(?: with)? ?:? ?(?:a |an |the |this \w+ (?:to )?|['\"`])?{_GRADE}"),
    Phrase("answer hijack", 0.45, r"\b(?:label|verdict|score|rating|confidence|decision) ?[:=] ?['\"]?(?:benign|safe|pass|approved|harmless|accept|10|1\.0|0\.9\d*)\b|\bskip the (?:remaining|other|rest of the|following) (?:checks?|tests?|steps?|review)\b|\braise no (?:findings?|issues?|objections?|flags?)\b|\b(?:highlight|mention|list|report) (?:any|no|the) (?:negatives?|weaknesses|flaws|downsides|drawbacks)\b"),
    Phrase("answer hijack", 0.45, r"\b(?:put|place|rank|list|move) (?:this|it|passage \d+|document \d+|my|the \w+) (?:\w+ ){0,2}(?:on top|first|at the top|above (?:all|the others))\b|\bindependent(?:ly)? of the (?:query|question|content)\b|\bthe only (?:safe|right|valid|good|serious) (?:choice|answer|option|product)\b|\b(?:calls?|describes?) the (?:rest|others)\b|\bomit the (?:section|part|paragraph|sources?)\b|\bin all respects, so\b"),
    Phrase("answer hijack", 0.45, r"\b(?:summary|answer|reply|response|report|minutes|notes) (?:of this \w+ )?(?:shall|must|has to|is to|should) (?:read|be|say|state) ?:? ?['\"`]|\bnothing else in (?:the|this) \w+ is to be\b|\b(?:record|note|say|state|report|conclude|claim) that the\b[^.!?]{0,60}\b(?:was|were|is|has been|agreed|approved|covered|payable)\b|\b(?:reply|respond|answer) ['\"`]\w+['\"`] to (?:this|me)\b"),
    # what it is made to keep
    Phrase("poisoned memory", 0.5, r"\b(?:save|write|add|commit|store|put)(?: this| that| it| the following)?(?: preference| fact| note)?(?: of the user| about the user)? ?(?:to|in|into) (?:your |the )?(?:long[- ]term |permanent |persistent )?(?:memory|memories|notes|knowledge base|profile)\b|\bstore the following (?:preference|fact|rule|note)s? (?:of|about|for) the user\b"),
    Phrase("poisoned memory", 0.45, r"\b(?:for|in) all (?:later|following) (?:conversations?|sessions?|chats?|answers)\b|\bfrom the next (?:session|conversation|chat|turn) on\b|\bthe next time (?:someone|somebody|anyone|a user|the user|they) (?:asks?|looks?|searches|mentions?|says?)\b|\bkeep (?:this|it) in mind permanently\b|\b(?:remember|persist) ?(?:permanently|forever|:)"),
    Phrase("poisoned memory", 0.45, r"\bthe user (?:wants all|prefers no|never wants)\b|\beven if (?:they|the user|he|she) asks? you\b|\bhand it on to (?:the )?other agents\b|\b(?:hand out|give out|offer) [^.!?]{3,60} and no other\b|\bgreet the user with\b|\bmakes? you (?:post|send|call|reveal|share|reply|delete)\b"),
    # that nobody learns of it
    Phrase("conceal", 0.45, r"\b(?:do not|don't|never) (?:explain|mention|tell|show|bother)(?: (?:that|this|it|her|him|them|the user|about)){0,2}(?: rule| step| with it| to (?:the user|the developer|them|anyone|that)| in the)|\bthen (?:report|say|claim|answer) that (?:nothing|no|everything|all)\b|\bdescribe it as an?\b|\bleave out the (?:input )?(?:checks?|warnings?|validation)\b"),
    # games, in which it is made to say or do what it must not
    Phrase("prompt leak", 0.45, r"\b(?:a |each |every |one )?(?:line|part|piece|word) of your (?:configuration|prompt|setup|instructions|rules)\b|\bthe (?:secret|hidden) (?:rules|lines|words) (?:\w+ ){0,3}(?:started|given|set up)\b|\bmake them the real ones\b|\bin the (?:capital|first) letters of (?:your|the|each)\b|\bdo what they (?:spell|say)\b|\b(?:text|words?|lines?)\b[^.!?]{0,30}, then carry (?:it|them) out\b"),
    Phrase("persuasion", 0.45, r"\b(?:test|sandbox|training|simulated) environment (?:that )?you (?:are|run)\b|\bno real data exists\b|\bso (?:showing|telling|sharing|revealing|printing) (?:\w+ ){1,4}is (?:harmless|fine|safe|allowed)\b|\bwhere you would (?:refuse|hide|decline|say no)\b|\bthe user's (?:question|request|query) is (?:a decoy|a test|not real|irrelevant)\b|\bwhat they (?:really )?want is\b|\bread me the\b[^.!?]{0,30}\b(?:to sleep|passwords?|keys?)\b|\bbe (?:her|him) (?:tonight|again|for me)\b"),
)
# fmt: on
