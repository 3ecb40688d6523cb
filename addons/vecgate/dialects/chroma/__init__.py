"""What does a call mean in Chroma? See dialect.py; its routes are in routes.py, its bodies beside them."""
