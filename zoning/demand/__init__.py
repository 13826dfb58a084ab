"""Demand: how many children of school age live where, and how many seats there are."""

from zoning.demand.children import children_by_address, children_by_block, unplaced_findings
from zoning.demand.seats import seats_by_school, shortage, shortage_findings

__all__ = [
    "children_by_address",
    "children_by_block",
    "seats_by_school",
    "shortage",
    "shortage_findings",
    "unplaced_findings",
]
