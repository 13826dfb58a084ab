"""Tables as a workbook, written whole or not at all."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.study.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_book(sheets: Mapping[str, pd.DataFrame], file: Path) -> None:
    """Write tables as sheets of a workbook.

    Parameters
    ----------
    sheets
        Table by name of its sheet.
    file
        Where to.

    Raises
    ------
    StorageError
        It could not be written.
    """
    content = BytesIO()
    with pd.ExcelWriter(content, engine="openpyxl") as book:
        for name, frame in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False)
            for cells in book.sheets[name].iter_rows(min_row=2):
                for cell in cells:
                    # a name that begins like a formula is still a name
                    cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    try:
        write_whole(file, content.getvalue())
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error
