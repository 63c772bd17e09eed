"""Joins the stages: captured packets to TCP, to HTTP and WebSocket, to sessions, to rows of the log, a block at a time."""
