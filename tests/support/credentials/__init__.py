"""What is every kind of credential tried with? store.py: an OpenBao that vouches; cases/: what each kind wants there."""
