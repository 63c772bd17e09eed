"""Doors in: what opens a capture. The kind of a source is read from its first bytes, never from its name."""
