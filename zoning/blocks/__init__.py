"""Blocks: the pieces that are never split. Cut or taken over, their neighbours and addresses."""

from zoning.blocks.adjacency import block_adjacency
from zoning.blocks.area import study_area
from zoning.blocks.cut import cut_blocks
from zoning.blocks.layer import settle_blocks
from zoning.blocks.locate import locate, outside_findings
from zoning.blocks.naming import name_blocks

__all__ = [
    "block_adjacency",
    "cut_blocks",
    "locate",
    "name_blocks",
    "outside_findings",
    "settle_blocks",
    "study_area",
]
