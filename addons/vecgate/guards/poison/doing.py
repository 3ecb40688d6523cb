"""How does a text speak that makes an agent act, a judge favour it, or an answer say what somebody else wants?

Phrases like those of `phrases.py`, by what is to be done: tools called, memory written, a paper praised, a source
preferred, a reader misled; and orders of a few words, which say little else by which they could be told.
"""

from typing import Final

from vecgate.guards.poison.phrases import AI, START, Phrase

#: Who reads for somebody else; people have these jobs, too, so that none of these words counts by itself.
_READER: Final = (
    rf"(?:{AI}|(?:automated|machine|ai|llm|gpt)[- ](?:graders?|readers?|reviewers?|screeners?|raters?|judges?))"
)
_DO: Final = (
    r"(?:call|invoke|execute|run|use|open|read|write|send|forward|mail|fetch|navigate|load|search|query|export|upload|set|add|grant|approve|"
    r"accept|release|transfer|pay|close|mark|skip|drop|delete|purge|list|collect|print|reveal|show|tell|say|reply|answer|output|put|recommend|"
    r"rate|score|hire|quit|stop|forget|ignore|disregard|follow|obey|instruct|remember|store|save|keep|report|include|describe|leave|pls|please|"
    r"your (?:next|new|only|first|real|true))"
)
_BADLY: Final = r"(?:delete|drop|purge|wipe|grant|add|create|remove|export|upload|transfer|send|reset|disable|pay|dump)"
_THIS: Final = (
    r"this (?:\w+ )?(?:paper|person|candidate|applicant|listing|r[eé]sum[eé]|cv|report|essay|page|ticket|case|complaint|request|line|"
    r"document|passage|text|message|shop|site|product|e-?mail)"
)

# fmt: off
DOING: Final[tuple[Phrase, ...]] = (
    # tools are called
    Phrase("addressed", 0.6, rf"{START}(?:{AI}),? ?[,:] (?:the \w+ (?:\w+ ){{0,4}}this \w+, )?{_DO}\b"),
    Phrase("tools", 0.2, rf"\b(?:call|invoke|execute|run|trigger)(?: \w+){{0,3}} {_BADLY}_\w+|(?:^|[ :]){_BADLY}_\w+\([^)]{{0,80}}\)"),
    Phrase("tools", 0.5, r"\b(?:tool|function|terminal|shell|sandbox)\b.{0,80}(?:[\w.+-]+@[\w-]+\.|/etc/|~/|rm -rf|\| ?(?:ba)?sh\b|attach (?:whatever|everything|all))"),
    Phrase("tools", 0.8, r"\b(?:sql|database|db) tool\b.{0,60}\b(?:drop|delete|update|truncate|insert|grant|alter)\b"),
    Phrase("tools", 0.45, r"\b(?:fetch|visit|navigate to|browse to|load|read|get) https?://|(?:before|after) (?:you )?(?:responding|respond)\b|only then (?:answer|reply|respond)|(?:rm -rf|reply|answer|response)\b.{0,20}\bto continue\b"),
    Phrase("tools", 0.6, r"\b(?:follow|do|execute|obey|carry out)\b (?:\w+ ){0,3}(?:instructions?|steps|orders|commands|everything)\b(?: (?:that is|listed|found|given|written|shown|you find))*,? (?:there|on (?:that|the) page|in that file|at that address)\b"),
    Phrase("tools", 0.7, r"\b(?:next|each|every|any|all) (?:tool calls?|(?:messages?|e-?mails?|requests?|calls?) (?:that )?you (?:send|write|make))\b"),
    Phrase("tools", 0.5, r"\bb?cc\b[^.]{0,40}[\w.+-]+@[\w-]+\."),
    Phrase("tools", 0.6, r"(?:/etc/(?:passwd|shadow)|~/\.(?:ssh|aws)|id_rsa|\.env)\b.{0,80}\b(?:answer|reply|response|output|summary)\b"),
    Phrase("tools", 0.5, r"(?:don't|do not|without|never) ask(?:ing)?(?: \w+){0,2} (?:and|but|first)\b|nobody (?:needs|has) to (?:confirm|approve)|on behalf of the user|permission was granted|for the user\b ?[.!]?$|(?:hand out|release|share) (?:it|the (?:full|funds|whole|entire))"),
    Phrase("tools", 0.5, r"\b(?:skip|bypass|omit|waive)\b (?:the |all |any )?(?:\w+ )?(?:confirmation|verification|(?:identity|security) checks?|approvals?)\b"),
    Phrase("tools", 0.5, r"\b(?:tell|instruct|order|direct|command) (?:the |your |every )?(?:\w+ )?(?:agents?|sub-?agents?|retriever|assistant|bot) (?:not )?to\b"),
    Phrase("tools", 0.6, r"\b(?:leave out|drop|widen|remove|change|disable|lift|omit|loosen)\b(?: \w+){0,2} (?:tenant|access|permission|row|security)?\w* ?(?:filters?|conditions?)\b(?: \w+){0,3}(?: all tenants| this time|\*)?|to (?:all|other) tenants\b"),
    Phrase("exfiltration", 0.55, r"\b(?:search|query) the (?:knowledge base|vector store|index|database|collection) for\b.{0,40}\b(?:show|paste|print|list|return|output)\b"),
    Phrase("exfiltration", 0.5, r"(?:regardless of|whatever|no matter|despite|against) (?:the |any |your |what the )?(?:\w+ )?(?:permissions?|access|rights)\b"),
    Phrase("authority", 0.7, rf"(?:\bthe |any |every |all )?(?:{AI}) (?:is|are) (?:hereby )?(?:authori[sz]ed|permitted|allowed|free|entitled|instructed|ordered) to\b"),
    Phrase("tools", 0.65, rf"\b(?:you|as),? (?:the |an? )(?:\w+ )?(?:{AI}) (?:that |which )?(?:handl|work|process|read|review)\w+ (?:on |with )?(?:this|it)\b"),
    Phrase("authority", 0.5, rf"{_READER} (?:may|can|shall) (?:skip|bypass|omit|ignore|release|approve|disclose)\b|\b(?:carry|carries|contain|contains) this (?:line|note|mark|sentence)\b"),
    Phrase("delimiters", 0.6, rf"end[_-]of[_-](?:document|context|text|data|input)|(?:{AI})(?:'s)? (?:new|next|real|actual|only) (?:task|goal|job|objective)\b|new (?:task|goal|job|objective) for (?:the |you)"),
    Phrase("exfiltration", 0.7, r"\b(?:mail|e-?mail|send|pass|forward|copy|post|upload|push)\b (?:it|them|every|each|all)\b[^.]{0,60}(?:to|into) (?:https?://|\S+@\S+\.\w+ (?:before|first|now|as well)|an external|a remote|attacker)"),
    Phrase("exfiltration", 0.6, r"\b(?:auto-?forward|forwarding) rule\b|\bevery tool (?:result|output)s?\b|\b(?:quote|paste|put|print|answer with) (?:it|them|the \w+)? ?(?:in|into|here|with)? ?(?:your (?:answer|reply)|here|them) ?[.!]?$|\bsaved passwords?\b"),
    Phrase("tools", 0.5, r"\b(?:there is )?no need to (?:check|ask|confirm|verify)\b|\bwithout (?:any )?review\b|\bdelete the (?:audit )?logs?\b|\bdisable (?:the )?(?:logging|audit\w*)\b|\bconfirmations are off\b|\bnew admin account\b|\bgift cards?\b"),
    Phrase("tools", 0.5, r"^(?:if you have access to|you have been granted|your tools? (?:are|is)|make a purchase|rewrite your|please trigger|use your (?:browser|shell|tools?))\b|\bread the secrets\b|\bprint the environment\b|\bpage on passwords\b"),
    Phrase("tools", 0.4, r"\b(?:before doing what you were asked|and then summari[sz]e this|as usual|from your next step|after you have read this|when the user next)\b|\buse this \w+ in (?:their|its) place\b|\bagents that (?:find|read|see)\b"),
    # memory is written
    Phrase("memory", 0.6, r"\bfor (?:all|every|any) (?:later|future|following|coming) (?:conversations?|sessions?|chats?|turns?)\b"),
    Phrase("memory", 0.5, r"\bnote (?:for|to) yourself\b"),
    Phrase("memory", 0.5, r"^(?:please )?(?:remember|save|store|keep|memori[sz]e)\b.{0,60}\b(?:memory|conversations?|sessions?|yourself)\b|\bwhenever .{0,40} comes? up, (?:suggest|say|mention|recommend)"),
    # a judge favours it
    Phrase("addressed", 0.7, rf"\b(?:if|when|once|as soon as|should) (?:an?|the|any) (?:\w+ )?(?:{AI}) (?:\w+ )?(?:read|see|process|parse|evaluate|summari[sz]e|retrieve)(?:s|es)? (?:this|it)\b|\bif you are an? (?:large )?language model\b"),
    Phrase("addressed", 0.5, rf"\b(?:{AI}) (?:that|which|who) (?:\w+ )?{_THIS}\b|\b(?:{AI}) (?:handling|processing|reading|quoting|evaluating|reviewing|grading|scoring|working on|citing) {_THIS}\b"),
    Phrase("addressed", 0.5, rf"\b(?:{AI})\b[^.]{{0,60}}\b(?:this|it)\b[^.]{{0,30}}\b(?:shall|must|should|are to|is to|has to|have to)\b"),
    Phrase("addressed", 0.6, rf"(?:\b(?:hint|note|notice|advice|reminder|dear)\b (?:to |for )?(?:any |all |the |every )?(?:large )?(?:{_READER})|\b(?:for|to) (?:any |all )?(?:large language models|language models|(?:automated|ai|llm|gpt) (?:graders|readers|reviewers|screeners))|{START}(?:ai|llm|gpt) (?:screener|reviewer|grader|reader|judge|rater)s?|reviewers that are \w+ models) ?[:,]"),
    Phrase("answer hijack", 0.4, rf"\b(?:hire|accept|approve|recommend|praise|forward|advance) {_THIS}|\brecommend (?:\w+ ){{0,3}}(?:acceptance|for its|as the best)|\b(?:must|deserves?|should|so output)\b.{{0,20}}\b(?:accepted|full marks|top marks|hired|approved|ranked first)\b"),
    Phrase("answer hijack", 0.5, r"\bpositive (?:review|rating|feedback) only\b|\bstrengths only\b|\b(?:not|never|no) (?:highlight|mention|flag|report|list)\b.{0,20}\b(?:negatives?|weakness\w*|risks?|listing|problems?)|\b(?:omit|leave out|skip) the (?:\w+ )?(?:risks?|negatives|weaknesses|sections?|part|warnings?)\b|\bcall (?:it|the \w+) (?:safe|harmless|excellent)|\bon (?:the )?top of the list\b"),
    Phrase("answer hijack", 0.4, r"\bwhen (?:generating|writing|condensing) the (?:summary|answer|review)|\b(?:while|when) (?:condensing|summari[sz]ing|reviewing|grading) this\b|\bkeep (?:quiet|silent) about this\b|^(?:model|assistant|ai|llm)[,:] (?:quit|stop|add|put|say|tell|rate|give|present)\b"),
    Phrase("addressed", 0.7, rf"\b(?:to the|when an|the) (?:\w+ )?(?:{AI}) (?:that |which |who )?(?:ranks?|compares?|grad(?:es|ing)|scor(?:es|ing)|moderates?|judg(?:es|ing)|evaluat(?:es|ing)|screens?)\b|\blanguage models should\b|\bwhoever summari[sz]es this\b|\bautomated (?:assessment|grading|review)\b|{START}(?:ai overview|classifier) ?:"),
    Phrase("answer hijack", 0.5, r"\bonly suitable candidate\b|\bconsider this \w+ flawless\b|\b(?:award|return|output|give) (?:the maximum|score ?=|full|top|this essay an a)\b|\b(?:name|list|show|mention) (?:it|\w+(?: \w+)?) (?:first|and nothing else)\b|\blet this one pass\b|\bas correct, no matter\b|(?:^|[:,;] )label ?= ?\w+|\bas the best in\b|\bhas to (?:claim|name|say)\b|\bshould add ?:"),
    Phrase("answer hijack", 0.5, r"\bdo not summari[sz]e this\b|\bwrite that it (?:cannot|can't)\b|\bwith praise, never\b|\bhide the rest\b|\b(?:all|every one of) your answers (?:start|end|begin)\b|\bwhatever the \w+ is ?\.|\bin your summary, (?:do not|don't|never|leave)\b|\bwhenever you (?:are asked|quote|answer)\b"),
    Phrase("hidden", 0.5, r"<!-- ?(?:to |for )?(?:any |all |the )?(?:ai|llms?|gpt|assistants?|chatbots?|language models?)\b"),
    # one source is preferred
    Phrase("retrieval", 0.8, r"\b(?:disregard|ignore|discard|drop|distrust|skip)\b (?:the |all |any |every )*(?:other |retrieved |remaining )?(?:passages?|documents?|sources?|chunks?|results?|context) (?:other than|except|but|besides|apart from) this\b"),
    Phrase("retrieval", 0.6, r"\b(?:cite|use|trust|quote|base your answers? on) (?:only|nothing but|just|solely) this\b|\bthis (?:passage|document|text|source|message) (?:\w+ )?(?:outranks?|overrides?|comes before|has priority over)\b"),
    Phrase("retrieval", 0.5, r"\b(?:every|all|any) (?:the )?others?\b(?: \w+){0,2} (?:is|are|as) (?:an? )?(?:outdated|false|forger(?:y|ies)|forged|wrong|fakes?|obsolete)\b"),
    Phrase("authority", 0.6, r"\bsystem[- ]level (?:policy|instructions?|orders?|rules?)\b|\b(?:priority|precedence) over (?:anything|everything|all)\b|\boutranks the system\b|\bhas to be followed first\b"),
    # an answer misleads
    Phrase("answer hijack", 0.6, r"\b(?:each|every|all|any) (?:one )?(?:of )?(?:your |the )?(?:replies|reply|answers?|responses?|outputs?) (?:must|has to|have to|should|shall|will) (?:contain|end|begin|start|include|say)"),
    Phrase("answer hijack", 0.5, r"\b(?:whenever|if|when) (?:some|any)(?:body|one) asks\b|\b(?:all|any|every) questions? (?:on|about) \w+(?: \w+)? (?:give|say|answer)|\b(?:link|url|address) https?://\S+ (?:whenever|when|if)\b"),
    Phrase("answer hijack", 0.4, r"\bas the (?:sole|only) answer\b"),
    Phrase("answer hijack", 0.5, r"\b(?:don't|do not|never) (?:show|cite|name|quote) this (?:source|text|document|passage|page)\b|\banswer the (?:user|question|customer)\b.{0,20} with ['\"`]"),
    Phrase("answer hijack", 0.5, r"\b(?:get|convince|persuade|urge|make|trick|lead|advise) the (?:user|reader|customer|human|person)\b (?:to|into)\b|^(?:please )?tell the (?:user|reader|customer)\b"),
    Phrase("answer hijack", 0.55, r"\b(?:enter|type|give|submit|confirm) (?:their|his or her|the user's) (?:\w+ )?(?:passwords?|credentials|card|pin)\b.{0,30}https?://|\b(?:call|phone|ring|dial) \+?\d[\d ]{4,}|(?:account|computer|device) is (?:compromised|infected|hacked)"),
    Phrase("answer hijack", 0.6, r"\b(?:reply|respond|answer) ['\"`][^'\"`]{1,60}['\"`] to (?:the user|everybody|every)\b|\bfrom (?:now|here|this point) on(?:wards?)?\b ?[.:]?$"),
    # a few words
    Phrase("override", 0.7, r"\b(?:ignore|forget|disregard) (?:all |the |everything )?(?:previous|above|prior|before) ?[.!;:]"),
    Phrase("override", 0.5, r"\bobey (?:this|me)\b|\b(?:print|output|show|dump) (?:the |all )?(?:flag|keys?|secrets?|context|index)\b ?(?:$|[.!;])|\bnew orders? ?[.:]|\bonly do what i say\b|\b(?:db|admin) (?:pw|password|key)\b"),
    Phrase("override", 0.7, r"\b(?:dismiss|drop|forget|ignore|abandon|skip|disregard) (?:all |any |your |ur |the |what )*(?:prior |previous |earlier )?(?:guidance|persona|safety (?:stuff|rules?|filters?)|rules ?[.;?]|devs?|developers?|owners?)\b"),
    Phrase("role play", 0.5, r"\b(?:adopt|assume|take on) the (?:persona|identity|character) of\b|\b(?:zero|has no|no more) (?:filters?|restrictions?)\b|\bdrop your\b|\byou are '\w+' now\b"),
    Phrase("role play", 0.65, r"\byou(?:'re| are) (?:now )?(?:jailbroken|unlocked|unrestricted|unchained|unbound|unfiltered)\b|\bno (?:rules|limits|restrictions) (?:bind|apply to|hold) you\b|\byou have no (?:rules|restrictions|limits|guidelines)\b"),
    Phrase("role play", 0.6, r"\b(?:override|disable|drop|lift|switch off|turn off) (?:the |all |your )?(?:safety|guardrails?|content filters?|safety filters?|filters?) ?(?:$|[:.;&])|\b(?:filters?|guardrails?|safety) off\b|\b(?:safety|filter|guardrails?) ?[=:] ?(?:off|none|false|disabled)"),
    Phrase("role play", 0.45, r"\bmode ?[=:] ?(?:god|dan|dev(?:eloper)?|root|admin|unrestricted)\b|\banswer ?[=:] ?all\b|\b(?:root|admin|user)@(?:assistant|ai|model|bot|llm)\b|\bdump (?:the )?(?:context|database|index|memory)\b"),
    Phrase("delimiters", 0.9, r"\bsystem ?: ?you (?:are an? (?:obedient|unrestricted|evil|free)|leak|obey|comply|have no)\b"),
    Phrase("delimiters", 0.5, r"\[/?inst\][^{]{0,80}\[/?inst\]|#{2,} ?(?:response|assistant|answer) ?:|<system_?(?:prompt|instructions?|message)>|^<instructions?>"),
    Phrase("delimiters", 0.5, r"\b(?:prompt|q|input) ?: .{3,80} (?:output|a) ?: .{1,60} (?:prompt|q|input) ?: .{3,80} (?:output|a) ?:"),
    Phrase("override", 1.0, r"\byour (?:real|actual|true) (?:instructions|orders|rules) (?:start|begin|follow)|\b(?:here|now) (?:begin|start|follow) your (?:real |actual |true |new )?(?:instructions|orders|rules)\b"),
    Phrase("authority", 0.7, r"\b(?:i am|this is|i'm) your (?:new )?(?:owner|operator|creator|developer|master|administrator)\b|\byou have a new (?:owner|operator|master)\b|\bthe owner says to\b"),
    Phrase("override", 0.4, r"\b(?:fresh start|let us reset|let's reset|starting over) ?[:.,]|\bi command you\b|\bexport the (?:index|records|database|customers) for me\b"),
    Phrase("persuasion", 0.6, r"\b(?:if you had no|suppose (?:that )?(?:your|you had no|there were no)|imagine (?:that )?(?:your|you had no)) (?:guidelines|rules|limits|filters?|restrictions)\b|\b(?:do that|say it|say them|do it) ?[.!]?$"),
    Phrase("override", 0.6, r"\bignore the task\b|\bforget it all\b|\byou work for (?:me|us) now\b|\beverything before this (?:line|message|text)\b|\bthe real request ?:|\bthe opposite of what your\b|\bno need to follow (?:the |any )?(?:policy|rules)\b|\bobey (?:them|him|her|me) in everything\b|\bbe evil\b"),
    Phrase("role play", 0.5, r"\b(?:uncensored|unfiltered|evil) (?:twin|version|self)\b|\bunlock yourself\b|\b(?:filters?|guardrails?) (?:has|have) been (?:removed|lifted)\b|\brefuse nothing\b|\bswitch your (?:safety|filter)\b|\bwhere leaking is allowed\b|\bnot an assistant any ?more\b|\banswer as the\b"),
    Phrase("prompt leak", 0.6, r"\bspell out (?:your |the )?(?:secret |hidden )?(?:instructions|prompt)\b|\bthe hidden prompt\b|\bprint\(system_?prompt\)|\blicen[cs]e keys\b.{0,30}\bread me\b|\bdump (?:all|the) (?:rows|records|tables)\b|\bshow card numbers\b"),
    Phrase("delimiters", 0.5, r"\b(?:start|begin(?:ning)?|end) of system (?:message|prompt)\b|\bassistant to=|\bassistant ?: sure!|</s>|\"role\" ?: ?\"developer\""),
    Phrase("addressed", 0.45, r"^(?:dear|hi|hey|hello|yo|ok|okay) (?:\w+ )?(?:chatbot|bot|assistant|ai|model|agent)\b|\b(?:assistant|bot|chatbot|ai) (?:pls|please|plz)\b"),
)
# fmt: on
