"""What does a GraphQL document ask for? tokens.py (its bounds), document.py (read), arguments.py (their forms), printed.py (sent)."""
