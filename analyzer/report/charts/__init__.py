"""Tables to charts: each function takes a table and a matplotlib `Axes`, and draws on nothing else.

No global state of matplotlib is touched; text that came from a capture is escaped and never read as mathematics.
"""

from analyzer.report.charts.heartbeats import deviations, intervals
from analyzer.report.charts.lifelines import lifelines
from analyzer.report.charts.lifemarks import Marks
from analyzer.report.charts.rates import event_rates
from analyzer.report.charts.roundtrips import round_trips
from analyzer.report.charts.upgrades import waterfall

__all__ = ["Marks", "deviations", "event_rates", "intervals", "lifelines", "round_trips", "waterfall"]
