"""What becomes of a caller beyond their token? It is proven by its key, its login has ended, they see some things."""
