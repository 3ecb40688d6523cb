"""Who must say yes, and did they? What is asked: held.py; the states: board.py; how to answer: api/requests.py."""
