"""Engine.IO, revisions 2, 3 and 4: packets, polling payloads, and the session that joins transports by sid."""
