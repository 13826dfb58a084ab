"""Answers of published versions that were written ahead: where they are kept, which are open.

They are worked out of a version and may be removed at any time: what is not there is answered anew.
"""

from __future__ import annotations

import threading
import time
from importlib import metadata, resources
from typing import TYPE_CHECKING

from webmap.services.answers_file import FORMAT, PAGES_SUFFIX, AnswersFile, pages_of
from webmap.services.published import KEPT_S
from zoning.notice.canonical import digest_of
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from webmap.services.archive import Archive
    from webmap.services.in_force import PlanInForce
    from zoning.lookup.answers import Version
    from zoning.settings import LookupSection, StudySection

FOLDER, SUFFIX = "answers-ahead", ".bin"
_WORDS = (("webmap", "templates"), ("zoning", "catalog"))


class AnswersAhead:
    """The answers of a study that were written ahead.

    Parameters
    ----------
    archive
        What was published.
    study, page
        What a page says of the study and of the bureau.
    ticks
        Returns seconds that never go back; what is not there is looked for again after `KEPT_S`.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        study: StudySection,
        page: LookupSection,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = archive.folder / FOLDER
        self._told = [study.model_dump_json(), page.model_dump_json()]
        self._ticks = ticks
        self._lock = threading.Lock()
        self._words: str | None = None
        self._open: dict[tuple[str, str], tuple[float, AnswersFile | None]] = {}

    def of(self, plan: PlanInForce, coming: PlanInForce | None) -> AnswersFile | None:
        """Return the answers under a plan and the one after it; None where none were written.

        Raises
        ------
        StorageError
            They cannot be read, or are damaged.
        """
        key = (plan.version.version_id, coming.version.version_id if coming else "")
        with self._lock:
            known, now = self._open.get(key), self._ticks()
            if known is not None and (known[1] is not None or now - known[0] < KEPT_S):
                return known[1]
            # what is damaged is said once in a while, and not to every reader
            self._open[key] = (now, None)
            file = self.file(plan, coming)
            found = AnswersFile(file) if file is not None and file.is_file() else None
            self._open[key] = (now, found)
            return found

    def page_files(self) -> list[Path]:
        """Return the files of pages that are open now, of which one page at a time is read."""
        with self._lock:
            return [found.pages_file for _, found in self._open.values() if found is not None]

    def file(self, plan: PlanInForce, coming: PlanInForce | None) -> Path | None:
        """Return where answers are kept, under the digest of all that they are worked out of.

        None for a plan that was not published with its data: they may change at any time.
        """
        both = (plan,) if coming is None else (plan, coming)
        if any(one.kept is None or one.version.draft for one in both):
            return None
        program, words = metadata.version("school-zoning"), self._digest_of_words()
        plans = [[*_said(one.version), one.file.name, str(one.kept and one.kept.name)]
                 for one in both]  # fmt: skip
        of_all = ["answers", FORMAT, program, words, geocoder_version(), self._told, plans]
        return self._folder / f"{digest_of(of_all)}{SUFFIX}"

    def clear(self, but: Collection[Path]) -> None:
        """Remove what answers no more.

        Parameters
        ----------
        but
            What stays.
        """
        stay = {path for file in but for path in (file, pages_of(file))}
        for file in self._folder.iterdir() if self._folder.is_dir() else ():
            if file.suffix in {SUFFIX, PAGES_SUFFIX} and file not in stay:
                file.unlink(missing_ok=True)

    def _digest_of_words(self) -> str:
        if self._words is None:
            roots = (resources.files(package).joinpath(name) for package, name in _WORDS)
            self._words = digest_of([_files(root) for root in roots])
        return self._words


def _said(version: Version) -> list[str]:
    """Return what a page says of a version."""
    begins, known = version.effective_from, version.data_date
    return [version.version_id, version.plan_id, version.stage, str(version.school_year),
            str(begins), str(known)]  # fmt: skip


def _files(folder: Traversable) -> dict[str, object]:
    return {
        item.name: _files(item) if item.is_dir() else item.read_text(encoding="utf-8")
        for item in folder.iterdir()
    }
