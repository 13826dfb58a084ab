"""A study: its folder, and the steps that turn its inputs into plans."""

from zoning.study.certify import Certified, certify_plan
from zoning.study.compare import Compared, compare, find_plan
from zoning.study.draw import Drawn, draw
from zoning.study.explain import Explained, explain_plan
from zoning.study.folder import Study, exclusive, open_study
from zoning.study.maps import ensure_map
from zoning.study.road import ROAD, Done, blocks, check, keep_findings, refusal, roads, travel

__all__ = [
    "ROAD",
    "Certified",
    "Compared",
    "Done",
    "Drawn",
    "Explained",
    "Study",
    "blocks",
    "certify_plan",
    "check",
    "compare",
    "draw",
    "ensure_map",
    "exclusive",
    "explain_plan",
    "find_plan",
    "keep_findings",
    "open_study",
    "refusal",
    "roads",
    "travel",
]
