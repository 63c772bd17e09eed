"""Joins the stages: captured packets to TCP, to HTTP and WebSocket, to sessions, to rows, a block at a time."""
