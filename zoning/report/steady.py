"""Archives that are the same bytes for the same content: no clock in them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# the earliest time that the form knows; workbooks and documents are archives, too
EPOCH = (1980, 1, 1, 0, 0, 0)
NO_TIME = datetime(1980, 1, 1, tzinfo=UTC)
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def steady_archive(files: Mapping[str, bytes]) -> bytes:
    """Return files as an archive, in their order.

    Parameters
    ----------
    files
        Content by name inside the archive.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def without_time(archive: bytes) -> bytes:
    """Return a workbook or document without the times at which it was made.

    Parameters
    ----------
    archive
        XLSX or DOCX.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as made:
        files = {name: made.read(name) for name in made.namelist()}
    core = "docProps/core.xml"
    stamp = NO_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    files[core] = _TIMES.sub(rb"\g<1>" + stamp + rb"\g<2>", files[core])
    return steady_archive(files)
