"""How does a database mint a key for one lease, and how is none left behind? The API-key manager of all such kinds."""
