"""The log as tables: pandas DataFrame in, DataFrame out, every column present also where there is no row."""

from analyzer.tables.acks import acks
from analyzer.tables.broadcasts import broadcasts
from analyzer.tables.events import events
from analyzer.tables.every import tables
from analyzer.tables.frame import frame
from analyzer.tables.heartbeats import heartbeats
from analyzer.tables.rooms import rooms
from analyzer.tables.sessions import sessions
from analyzer.tables.upgrades import upgrades

__all__ = ["acks", "broadcasts", "events", "frame", "heartbeats", "rooms", "sessions", "tables", "upgrades"]
