"""Logs of earlier versions brought up to the current one, a version at a time.

A step takes and gives a row as JSON Lines hold it (times and attachments as text), so that one function serves every
form. Version 1 is the first: there is no step yet. Version n + 1 comes with an entry ``n: step`` in `STEPS`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.issues import StoreError
from analyzer.records import SCHEMA

Stored = dict[str, Any]
Step = Callable[[Stored], Stored]

STEPS: dict[int, Step] = {}
"""Version to the function that makes a row of that version one of the next."""


def migrate(
    row: dict[str, Any], version: object, steps: Mapping[int, Step] = STEPS, current: int = SCHEMA
) -> dict[str, Any]:
    """``row`` of ``version`` as one of ``current``; StoreError where there is no way up."""
    if version == current and type(version) is int:
        return row
    for step in range(check(version, steps, current), current):
        row = steps[step](row)
    return row


def check(version: object, steps: Mapping[int, Step] = STEPS, current: int = SCHEMA) -> int:
    """``version`` as a number from which the stairs lead to ``current``; StoreError otherwise."""
    if type(version) is not int:
        raise StoreError("it does not say the version of its columns: it is no log of sioscope")
    if version > current:
        raise StoreError(f"its columns are of version {version}, this sioscope knows {current}: update sioscope")
    if not all(step in steps for step in range(version, current)):
        raise StoreError(
            f"its columns are of version {version}, from which there is no way to {current}: make the log anew"
        )
    return version
