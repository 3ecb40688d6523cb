"""Who must say yes, and did they? See ticket.py (what is asked), board.py (the states), api.py (how to answer)."""
