"""Findings: what went wrong, diagnosed from the log alone. A rule a function, a code a row of the registry `KINDS`."""

from analyzer.findings.case import Case
from analyzer.findings.kind import SEVERITIES, Kind
from analyzer.findings.kinds import KINDS
from analyzer.findings.table import findings, of_case

__all__ = ["KINDS", "SEVERITIES", "Case", "Kind", "findings", "of_case"]
