"""``${NAME}`` in what the user gives: from the environment, or from a row of a table of users."""

import csv
import re
from collections.abc import Iterable, Mapping

from analyzer.issues import ReplayError

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def expand(text: str, variables: Mapping[str, str]) -> str:
    """``text`` with its variables replaced. ReplayError for one that is not set."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in variables:
            name = found[1]
            raise ReplayError(f"${{{name}}}: is not set; export {name}, or give a column of that name in --users")
        return variables[found[1]]

    return _VARIABLE.sub(value, text)


def users(lines: Iterable[str], where: str) -> list[dict[str, str]]:
    """The rows of a CSV table whose first row names the variables. ReplayError where it is none."""
    try:
        rows = list(csv.DictReader(lines, strict=True))
    except csv.Error as error:
        raise ReplayError(f"{where}: is no CSV ({error})") from error
    found = [{name: value for name, value in row.items() if name and isinstance(value, str)} for row in rows]
    if not found:
        raise ReplayError(f"{where}: has no users; the first row names variables, each other row is one user")
    return found


def pairs(texts: Iterable[str], mark: str, what: str) -> list[tuple[str, str]]:
    """``name<mark>value`` texts taken apart. ReplayError for one without the mark."""
    found = []
    for text in texts:
        name, given, value = text.partition(mark)
        if not given or not name.strip():
            raise ReplayError(f"{what} {name}: write it like NAME{mark}VALUE")
        found.append((name.strip(), value.strip() if mark == ":" else value))
    return found
