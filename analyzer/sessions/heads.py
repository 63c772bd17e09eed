"""HTTP heads as the log's ``headers`` column."""

import json

from analyzer.wire.http1 import Head


def as_json(request: Head | None, answer: Head | None) -> str:
    """``{"request": {...}, "response": {...}}``, names in lower case, values of a repeated field joined by a comma and
    a space.
    """
    return json.dumps({"request": _fields(request), "response": _fields(answer)}, ensure_ascii=True)


def _fields(head: Head | None) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in head.headers if head else ():
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields
