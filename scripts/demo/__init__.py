"""The demo's stack: real servers on this machine, for `scripts/run` and for the end-to-end tests."""
