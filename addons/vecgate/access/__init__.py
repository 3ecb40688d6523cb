"""What may be asked for, for how long? The states of a request: request.py; where they are kept: ledger.py; live.py."""
