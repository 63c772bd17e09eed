"""Socket.IO, protocol 3, 4 and 5: packets, attachments and the msgpack parser."""
