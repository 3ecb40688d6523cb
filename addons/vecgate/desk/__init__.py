"""What does a person's own machine need (login, tokens, clients)? It is installed without the gateway."""
