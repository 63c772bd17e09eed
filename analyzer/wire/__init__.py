"""Sans-I/O decoding of what carries Engine.IO: packets, TCP, HTTP, WebSocket."""
