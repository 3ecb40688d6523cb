"""What becomes of a caller beyond their token? It is proven by its key, or its login has ended."""
