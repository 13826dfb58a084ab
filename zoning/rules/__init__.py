"""Rule sets: the numbers and dates of a jurisdiction, each with its source. See `reader`."""

from zoning.rules.notice import NoticeRules, Span, YearDate
from zoning.rules.reader import RuleSet, available_rule_sets, load_rule_set
from zoning.rules.rule import Rule

__all__ = [
    "NoticeRules",
    "Rule",
    "RuleSet",
    "Span",
    "YearDate",
    "available_rule_sets",
    "load_rule_set",
]
