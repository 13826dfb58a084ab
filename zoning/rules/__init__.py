"""Rule sets: the numbers and dates of a jurisdiction, each with its source. See `reader`."""

from zoning.rules.reader import Rule, RuleSet, available_rule_sets, load_rule_set

__all__ = ["Rule", "RuleSet", "available_rule_sets", "load_rule_set"]
