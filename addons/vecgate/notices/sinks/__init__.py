"""How is a notice told: over HTTP, signed or as a chat shows it, or by mail? One module each."""
