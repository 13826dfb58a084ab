"""Plans: which zone every block belongs to, measured, compared, drawn and kept."""

from zoning.plan.model import Plan, Zone, ZoneType

__all__ = ["Plan", "Zone", "ZoneType"]
