"""A case before it becomes a finding."""

from analyzer.findings.draft import Draft


def test_defaults():
    """Of no session, alike with others of its code."""
    draft = Draft("x", 1, [2])
    assert (draft.key, draft.cause, draft.weight, dict(draft.fields)) == (-1, None, 0.0, {})
