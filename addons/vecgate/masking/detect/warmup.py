"""How is a model set up? The words it meets most, learnt once at start, and how readily it calls something a name."""

from pathlib import Path
from typing import Final

from vecgate.domain.profiles import Sensitivity

#: Words that a model brings to be known from the start.
COMMON: Final = "common.txt"
#: Taken off the weight of the network's `O` ("outside any name") action; what a model does as it is, is normal.
DIAL: Final[dict[Sensitivity, float]] = {"low": -1.0, "normal": 0.0, "high": 1.0}

WORDS: Final = """\
the of and to in a is that for it was on are as with at be this have from or had by not but what all were when
we there can an your
which their said if will do each about how up out them then she many some so these would other into has more her
two like him see
time could no make than first been its who now people my made over did down only way find use may water long
little very after
words called just where most know get through back much before go good new write our used me man too any day
same right look think
also around another came come work three word must because does part even place well such here take why things
help put years
different away again off went old number great tell men say small every found still between name should home big
give air line set
own under read last never us left end along while might next sound below saw something thought both few those
always looked show
large often together asked house don't world going want school important until form food keep children feet land
side without boy
once animals life enough took sometimes four head above kind began almost live page got earth need far hand high
year mother light
parts country father let night following picture being study second eyes soon times story boys since white days
ever paper hard near
sentence better best across during today others however sure means knew it's try told young miles sun ways thing
whole hear example
Hello, I cannot log in to my account since yesterday. Could you please reset my password and send a link to my
e-mail address?
Thank you for contacting support. Your order has been shipped and should arrive within five business days. Best
regards
The customer called about an invoice that was charged twice; refund requested, card ending in, billing address
changed.
Please call me back on my mobile phone number after 5 pm. My name is John Smith and I live in London. Kind
regards, Mary Johnson
Meeting notes: agreed on the contract, the delivery date, the price and the payment terms. Follow up with the
sales team next week.
Patient was seen on Monday for a follow-up; no complaints, blood pressure normal, prescription renewed, next
appointment in three months.
The server returned an error while the application was reading the configuration file from the database, see the
log for details.
Install the package, import the module and call the function with the path of the file; the result is a list of
objects.
Dear Sir or Madam, I am writing to complain about the product I bought online last month. It does not work as
described.
name email phone address city country company title status priority ticket subject description comment author
owner id date type
January February March April May June July August September October November December Monday Tuesday Wednesday
Thursday Friday
Dr. Mr. Mrs. Ms. Street Avenue Road Inc. Ltd. GmbH University Bank Hospital Department Team Manager Director
Engineer Germany France
"""


def common(folder: Path | None) -> frozenset[str]:
    """The words that the model in a folder brings to be known from the start."""
    file = folder and folder / COMMON
    return frozenset(file.read_text(encoding="utf-8").split()) if file and file.is_file() else frozenset()
