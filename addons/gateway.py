"""The request path, in order. START HERE. Run with: vecgate run, or mitmweb -s addons/gateway.py"""

from vecgate.gate import Gate
from vecgate.mitm.door import Door
from vecgate.steps.classify import Classify
from vecgate.steps.cleanse import Cleanse
from vecgate.steps.decide import Decide
from vecgate.steps.forward import Forward
from vecgate.steps.hold import Hold
from vecgate.steps.identify import Identify
from vecgate.steps.lease import Lease
from vecgate.steps.mask import Mask
from vecgate.steps.record import Record
from vecgate.steps.send import Send
from vecgate.steps.serve import Serve

gate = Gate.from_environment()

addons = [
    Door(gate),  # takes credentials and body off the flow; nothing passes unless the path is in place
    Identify(gate),  # who is calling?
    Serve(gate),  # is it for the gateway itself? then it is answered here, and goes no further
    Classify(gate),  # what operation is this?
    Decide(gate),  # may they?
    Cleanse(gate),  # what may go in? personal data is masked or refused on its way in
    Hold(gate),  # must a person say yes?
    Lease(gate),  # with which short-lived credential?
    Forward(gate),  # to which upstream, exactly what? a one-use ticket
    Mask(gate),  # hide personal data, in the answer and in what is shown
    Record(gate),  # write it down, whatever happened; release the answer
    Send(gate),  # only what carries a ticket leaves
]
