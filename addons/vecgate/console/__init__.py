"""What does a person see in a browser? A process of its own, which can do nothing that the gateway's API cannot."""
