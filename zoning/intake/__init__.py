"""Intake: from a bureau's files to checked frames in one metric coordinate system."""

from zoning.intake.against_roads import check_against_roads
from zoning.intake.inputs import read_inputs
from zoning.intake.model import InputDigest, Inputs, Intake, PointSource

__all__ = [
    "InputDigest",
    "Inputs",
    "Intake",
    "PointSource",
    "check_against_roads",
    "read_inputs",
]
