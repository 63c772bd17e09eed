"""Replay: the client side of captured sessions played against a test server, and what came back compared."""
