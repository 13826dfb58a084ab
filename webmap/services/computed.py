"""What is computed of the plans of cases, kept in memory for as long as the data stay the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webmap.services.candidates import data_version
from webmap.services.shelf import Kept
from zoning.notice.model import Evidence
from zoning.plan.store import read_plan
from zoning.progress import silent
from zoning.study.compare import TODAY
from zoning.study.notice_parts import told_content
from zoning.study.risk_facts import risk_facts
from zoning.study.two_sides import two_sides

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.services.archive import Archive
    from webmap.services.versions import Versions
    from zoning.notice.content import NoticeContent
    from zoning.notice.model import CandidatePlan
    from zoning.publish.version import Version
    from zoning.study.folder import Study
    from zoning.study.risk_facts import Risk

KEPT = 6


@dataclass(frozen=True, eq=False)
class Computed:
    """Computes facts of risk and parts of notices from plans as they were added to cases.

    Parameters
    ----------
    study
        The study, whose addresses, children and roads they are computed from.
    archive, versions
        Files of plans, and what was published.
    """

    study: Study
    archive: Archive
    versions: Versions
    _risks: Kept[Risk] = field(default_factory=lambda: Kept(KEPT), init=False)
    _contents: Kept[NoticeContent] = field(default_factory=lambda: Kept(KEPT), init=False)

    def risk(self, file_digest: str) -> Risk:
        """Return the facts of a plan against what holds before it; slow the first time.

        Parameters
        ----------
        file_digest
            Its file, as it is kept.

        Raises
        ------
        ZoningError
            They cannot be computed, with the reason.
        """
        file = self.archive.plan(file_digest)
        before = self._before(file)
        key = (file_digest, before, data_version(self.study))

        def make() -> Risk:
            return risk_facts(self.study, str(file), before=before, progress=silent)

        return self._risks.get(key, make)

    def content(self, plan: CandidatePlan, *, language: str) -> NoticeContent:
        """Return what of a notice follows from a plan, without its maps; slow the first time.

        Parameters
        ----------
        plan
            A plan of a case.
        language
            Language of the words.

        Raises
        ------
        ZoningError
            It cannot be computed, with the reason.
        """
        file = self.archive.plan(plan.file_digest)
        before = self._before(file)
        key = (plan.file_digest, before, data_version(self.study), language)

        def make() -> NoticeContent:
            refused = "notice_parts.OF_TODAY"
            sides = two_sides(
                self.study, str(file), before=before, of_today=refused, progress=silent
            )
            return told_content(self.study, sides, language=language)

        return self._contents.get(key, make)

    def old_map(self, plan: CandidatePlan) -> Evidence | None:
        """Return the file from which the map before a plan is drawn; None without a version."""
        stage = read_plan(self.archive.plan(plan.file_digest)).plan.stage
        version = self._version(str(stage))
        return None if version is None else Evidence(version.plan_id, version.plan_file)

    def _version(self, stage: str) -> Version | None:
        """Return the version of a stage that another one would take the place of."""
        known = self.versions.every(stage)
        return known[-1] if known else None

    def _before(self, file: Path) -> str:
        """Name what a plan is compared with: the version before it, if it is one of these blocks.

        A version of an earlier year may be of other blocks: then the bureau's zones of today, if it
        has given any, say the same.
        """
        plan = read_plan(file).plan
        version = self._version(str(plan.stage))
        if version is None:
            return TODAY
        kept = self.archive.plan(version.plan_file)
        same = set(read_plan(kept).plan.block_ids) == set(plan.block_ids)
        has_today = self.study.settings.inputs.current_zones is not None
        return TODAY if has_today and not same else str(kept)
