"""The words about issues are those of the code's own list."""

from analyzer.explain.issue_texts import ISSUES
from analyzer.issues import Issue


def test_all_in_order():
    """Each code once, as they stand there."""
    assert list(ISSUES) == [issue.value for issue in Issue]
