"""The trunk: exchanges and WebSocket messages of any number of connections in, rows of the log out, joined by sid.

Leaves below are strict and raise; this is the one place that catches, and turns what it caught into a row.
"""
