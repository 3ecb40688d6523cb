"""How do we prove ourselves to a database? See leases.py (who has which), vouching.py, and kinds/ (the ways)."""
