"""The report for a terminal, section after section."""

from rich.console import Console

from analyzer.report.analysis import Analysis
from analyzer.report.short import short_ids
from analyzer.report.text import events, findings, heartbeats, oddities, refusals, rooms, sessions, sources, upgrades
from analyzer.report.text.screen import Screen


def render(analysis: Analysis, console: Console) -> None:
    """Prints the whole report, what went wrong first; sections without anything to say are left out.

    Everything that came from a capture is shown printable and in characters the console has; nothing in it is markup.
    """
    screen = Screen(console)
    ids = analysis.sessions["session"].dropna().astype(str).unique()
    names = short_ids(ids, ellipsis=screen.ellipsis, safe=screen.safe)
    findings.show(screen, analysis.findings, names, refused=len(analysis.refusals) > 0)
    refusals.show(screen, analysis.refusals)
    sources.show(screen, analysis.sources)
    sessions.show(screen, analysis, names)
    upgrades.show(screen, analysis.upgrades, analysis.sessions, names)
    heartbeats.show(screen, analysis.heartbeats, analysis.sessions, names)
    events.show_acks(screen, analysis.acks)
    events.show_events(screen, analysis.events)
    if analysis.fanout:
        rooms.show(screen, analysis.fanout["rooms"], analysis.fanout["broadcasts"], names)
    oddities.show(screen, analysis.log)
