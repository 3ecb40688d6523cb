"""How is a Qdrant call kept to some rows: its filters, its ids, its writes and its answers?"""
