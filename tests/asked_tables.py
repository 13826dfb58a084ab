"""Tables of places and of questions in a folder, looked up from the command line."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
from click.testing import CliRunner, Result

from zoning.cli import main

if TYPE_CHECKING:
    from pathlib import Path

PLACES = """
id,name,address,city,alias,lng_wgs84,lat_wgs84
A1,阳光花园,文三路12号,杭州,老电影院宿舍|阳光苑,120.13,30.28
A2,月亮湾,古墩路5号,杭州,,120.10,30.30
A3,阳光花园,人民路8号,宁波,,121.55,29.87
A4,,学院路20号,杭州,,120.12,30.29
A5,河畔居,,杭州市,,120.15,30.25
"""
QUERIES = """
id,name,address,city,children
Q1,月亮湾,古墩路5号,杭州,10
Q2,阳光花园,,,40
Q3,,学院路２０號,,2
Q4,没有的地方,,,50
Q5,没有的 地方,,,5
"""


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.strip().splitlines()))


def save(file: Path, text: str) -> Path:
    """Write a table in the form that the ending and the folder's name ask for."""
    if file.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows_of(text):
            book.active.append([float(cell) if _is_number(cell) else cell or None for cell in row])
        book.save(file)
        return file
    encoding = {"gb18030": "gb18030", "mark": "utf-8-sig"}.get(file.parent.name, "utf-8")
    file.write_bytes(text.strip().encode(encoding))
    return file


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["geocode", *map(str, words)], catch_exceptions=False)


class Tables:
    """Two tables in a folder, and what comes out of them."""

    def __init__(self, folder: Path, places: str = PLACES, queries: str = QUERIES) -> None:
        self.folder = folder
        self.places = save(folder / "places.csv", places)
        self.queries = save(folder / "queries.csv", queries)
        self.out, self.queue = folder / "result.csv", folder / "queue.xlsx"

    def run(self, *more: object) -> Result:
        words = ("--table", self.places, "--queries", self.queries, "--out", self.out, *more)
        return call(*words)

    def json(self, *more: object) -> dict[str, Any]:
        result = self.run("--json", *more)
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    @property
    def result(self) -> dict[str, dict[str, str]]:
        """The rows of the result by query."""
        text = self.out.read_text(encoding="utf-8-sig")
        return {row["query_id"]: row for row in csv.DictReader(io.StringIO(text))}

    @property
    def found(self) -> dict[str, str]:
        """Which row each query found."""
        return {name: row["table_id"] for name, row in self.result.items()}


def codes(answer: dict[str, Any], key: str = "findings") -> list[tuple[str, str, int | None]]:
    return [
        (item["code"].split(".")[1], item["file"], item["row"])
        for item in answer[key]
        if item["severity"] != "info"
    ]
