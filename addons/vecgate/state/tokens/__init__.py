"""What do workers know together of tokens? Which proofs were used."""
