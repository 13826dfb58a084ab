"""Explanations of all blocks and all schools as two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.messages import text
from zoning.study.explain_text import Wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.study.explain_records import Record

SHOWN = 3


def explanation_tables(
    blocks: Sequence[Record], schools: Sequence[Record], *, language: str
) -> dict[str, pd.DataFrame]:
    """Return a table of all blocks and one of all schools by name of their sheet.

    Parameters
    ----------
    blocks, schools
        Records of all blocks and all schools.
    language
        Language of headings and sentences.
    """
    wording = Wording(language)
    return {
        text("explain.SHEET_BLOCKS", language): pd.DataFrame(
            [_block_row(record, wording) for record in blocks]
        ),
        text("explain.SHEET_SCHOOLS", language): pd.DataFrame(
            [_school_row(record, wording) for record in schools]
        ),
    }


def _block_row(record: Record, wording: Wording) -> dict[str, Any]:
    def head(key: str, /, **params: object) -> str:
        return text(key, wording.language, params)

    row = {
        head("explain.HEAD_ID"): record["block_id"],
        head("explain.HEAD_NAME"): record["name"],
        head("explain.HEAD_SCHOOL"): record["zone"],
        head("explain.HEAD_MINUTES"): record["time_min"],
    }
    for year, count in record["children"].items():
        row[head("explain.HEAD_CHILDREN", year=year)] = count
    together = "\n".join(f"{other['name']} {other['block_id']}" for other in record["together"])
    row[head("explain.HEAD_TOGETHER")] = together
    row[head("explain.HEAD_REMARK")] = "\n".join(wording.remarks(record))
    row[head("explain.HEAD_NEARER_COUNT")] = record["nearer_schools"]
    others = [*record["alternatives"], *[None] * SHOWN]
    for rank, item in enumerate(others[:SHOWN], start=1):
        nearer = head("explain.YES") if item is not None and item["nearer"] else ""
        row |= {
            head("explain.HEAD_OTHER", rank=rank): item and item["zone"],
            head("explain.HEAD_OTHER_MINUTES", rank=rank): item and item["time_min"],
            head("explain.HEAD_OTHER_NEARER", rank=rank): nearer,
            head("explain.HEAD_OTHER_COST", rank=rank): item and item["extra_child_minutes"],
            head("explain.HEAD_OTHER_PRICED", rank=rank): item and item["extra_with_seat_prices"],
            head("explain.HEAD_OTHER_WHY", rank=rank): item
            and "\n".join(wording.why_not(item, record)),
        }
    further = record["alternatives"][SHOWN:]
    row[head("explain.HEAD_FURTHER")] = "\n".join(
        " ".join((f"{item['zone']}:", *wording.why_not(item, record))) for item in further
    )
    return row


def _school_row(record: Record, wording: Wording) -> dict[str, Any]:
    def head(key: str, /, **params: object) -> str:
        return text(key, wording.language, params)

    row = {
        head("explain.HEAD_ID"): record["school_id"],
        head("explain.HEAD_NAME"): record["name"],
        head("explain.HEAD_ZONE"): record["zone"],
        head("explain.HEAD_BLOCKS"): record["blocks"],
    }
    for year in record["years"]:
        row |= {
            head("explain.HEAD_CHILDREN", year=year["year"]): year["children"],
            head("explain.HEAD_SEATS", year=year["year"]): year["seats"],
            head("explain.HEAD_FILL", year=year["year"]): year["fill"],
            head("explain.HEAD_PRICE", year=year["year"]): year["seat_price_child_minutes"],
        }
    row[head("explain.HEAD_OVER")] = "\n".join(wording.overloads(record))
    for key, title in (("leaving", "LEAVING"), ("joining", "JOINING")):
        moves = [wording.move(move, outward=key == "leaving") for move in record[key]]
        row[head(f"explain.HEAD_{title}")] = "\n".join(moves)
    return row
