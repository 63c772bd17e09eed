"""The recorded failures of captures/failures, and what is found in logs."""

import sys
from functools import cache
from pathlib import Path

import pandas as pd

import analyzer

ROOT = Path(__file__).resolve().parent.parent.parent.parent
FOLDER = ROOT / "captures" / "failures"
sys.path.insert(0, str(FOLDER))

from cases import CASES  # noqa: E402

__all__ = ["CASES", "codes", "found", "log_of", "only"]


@cache
def log_of(name: str) -> pd.DataFrame:
    """The log of a recorded failure."""
    return analyzer.read(str(FOLDER / f"{name}.pcap"))


@cache
def found(name: str) -> pd.DataFrame:
    """The findings in a recorded failure."""
    return analyzer.findings(log_of(name))


def codes(table: pd.DataFrame, *severities: str) -> list[str]:
    """The codes of findings, of some severities only."""
    return [code for code, severity in zip(table["code"], table["severity"], strict=True) if severity in severities]


def only(table: pd.DataFrame, code: str) -> dict[str, object]:
    """The one finding of a code."""
    (row,) = table[table["code"] == code].to_dict("records")
    return {str(name): value for name, value in row.items()}
