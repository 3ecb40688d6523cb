"""What happened? One hash-chained journal per session, with sealed originals."""
