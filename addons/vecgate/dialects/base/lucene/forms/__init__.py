"""What may be said in a call? bodies.py (each body), queries.py, aggregations.py, mapped.py (indices), served.py (routes)."""
