"""Demand: how many children of school age live where."""

from zoning.demand.children import children_by_place, place_column, unplaced_findings

__all__ = ["children_by_place", "place_column", "unplaced_findings"]
