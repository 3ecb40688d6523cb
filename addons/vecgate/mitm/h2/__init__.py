"""How is HTTP/2 spoken with clients? `connection.py`: a connection; `stream.py`: one request; `frames.py`: floods."""
