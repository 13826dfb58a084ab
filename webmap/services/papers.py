"""The papers of cases: notices in all their forms, and reports, as the case itself has them.

Nothing of them is kept but in memory: they are made of the log, the files of plans and the texts
that are shown, and the same values give the same bytes. So an opinion that was erased stands in no
paper any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webmap.services.shelf import Kept
from zoning.notice import acts
from zoning.notice.model import Channel
from zoning.plan.store import read_plan
from zoning.report.case_archive import CaseFile
from zoning.report.compose import DOCX, LONG, MANIFEST, PDF, POSTER, compose
from zoning.report.ledger import LedgerHead
from zoning.report.notice_document import NEW_MAP, OLD_MAP, Printed
from zoning.report.papers import ADOPTION_BOOK, LEDGER_BOOK, REPORT_DOCX, REPORT_PDF, case_papers
from zoning.study.notice_parts import notice_maps, plan_ground

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webmap.services.archive import Archive
    from webmap.services.cases import Cases
    from webmap.services.opinions import Opinions
    from zoning.notice import Case
    from zoning.notice.content import NoticeContent, NoticeVersion

# a notice in four forms takes a few megabytes
NOTICES_KEPT, MAPS_KEPT, REPORTS_KEPT = 4, 8, 4
MAPS = {OLD_MAP: f"{OLD_MAP}.svg", NEW_MAP: f"{NEW_MAP}.svg"}
FORMS = (PDF, DOCX, POSTER, LONG)
NOTICE_FILES = (*FORMS, *MAPS.values(), MANIFEST)
REPORTS = (REPORT_PDF, REPORT_DOCX, ADOPTION_BOOK)
CASE_FILES = (*REPORTS, LEDGER_BOOK)
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "svg": "image/svg+xml",
    "json": "application/json",
}


def media_of(name: str) -> str:
    """Return what kind of file one of the papers is."""
    return MEDIA[name.rpartition(".")[2]]


@dataclass(frozen=True, eq=False)
class Papers:
    """Sets papers of cases.

    Parameters
    ----------
    archive
        Files of the plans from which maps are drawn.
    cases, opinions
        The cases and their texts.
    """

    archive: Archive
    cases: Cases
    opinions: Opinions
    _notices: Kept[Mapping[str, bytes]] = field(
        default_factory=lambda: Kept(NOTICES_KEPT), init=False
    )
    _maps: Kept[Mapping[str, bytes]] = field(default_factory=lambda: Kept(MAPS_KEPT), init=False)
    _reports: Kept[Mapping[str, bytes]] = field(
        default_factory=lambda: Kept(REPORTS_KEPT), init=False
    )

    def maps(self, content: NoticeContent, *, language: str) -> Mapping[str, bytes]:
        """Draw the maps of a notice from the files that it names, by `OLD_MAP` and `NEW_MAP`.

        Parameters
        ----------
        content
            What the notice says.
        language
            Language of the words on them.

        Raises
        ------
        StorageError
            A file is not there, or not what it was.
        """
        old, new = content.old_map, content.new_map
        if new is None:
            return {}
        key = (None if old is None else old.digest, new.digest, language)

        def make() -> Mapping[str, bytes]:
            after = read_plan(self.archive.plan(new.digest))
            before = after if old is None else read_plan(self.archive.plan(old.digest))
            grounds = plan_ground(before), plan_ground(after)
            drawn = notice_maps(*grounds, schools=after.schools, language=language)
            return {name: drawn[name] for name in drawn if old is not None or name == NEW_MAP}

        return self._maps.get(key, make)

    def notice(
        self, version: NoticeVersion, *, url: str, language: str, draft: bool = False
    ) -> Mapping[str, bytes]:
        """Return a notice in all its forms, by `NOTICE_FILES`; slow the first time.

        Parameters
        ----------
        version
            The notice, with its digest.
        url
            Where it stands on line.
        language
            Language of the headings.
        draft
            Whether it may lack parts, and is marked as a draft.

        Raises
        ------
        InputError
            Parts are missing, all of which are named.
        StorageError
            A plan is not there, or the machine has no font with Chinese characters.
        """

        def make() -> Mapping[str, bytes]:
            content = version.content
            named = (content.old_map, content.new_map)
            printed = Printed(
                self.maps(content, language=language),
                url=url,
                language=language,
                draft=draft,
                drawn_from=frozenset(item.digest for item in named if item is not None),
            )
            return compose(version, printed)

        return self._notices.get((version.digest, url, language, draft), make)

    def of_case(self, case_id: str, *, language: str) -> Mapping[str, bytes]:
        """Return report, table of replies and ledger as the case is now, by `CASE_FILES`.

        Parameters
        ----------
        case_id
            The case.
        language
            Language of the words.
        """
        return self._made(case_id, self.cases.log(case_id), language=language)

    def decided_on(self, case_id: str, *, language: str) -> Mapping[str, bytes]:
        """Return the same as it was when the decision was proposed, or as it is before that.

        Parameters
        ----------
        case_id
            The case.
        language
            Language of the words.
        """
        lines = self.cases.log(case_id)
        proposed = [
            at
            for at, event in enumerate(self.cases.events(case_id))
            if isinstance(event.act, acts.ProposeDecision)
        ]
        return self._made(case_id, lines[: proposed[-1]] if proposed else lines, language=language)

    def _made(
        self, case_id: str, lines: tuple[bytes, ...], *, language: str
    ) -> Mapping[str, bytes]:
        # a text that was erased or withheld since then is quoted no more
        texts = dict(self.opinions.shown(case_id))
        key = (case_id, lines[-1], language, tuple(sorted(texts)))

        def make() -> Mapping[str, bytes]:
            whole = CaseFile(log=b"".join(line + b"\n" for line in lines), shown=texts)
            return case_papers(
                whole, rules=self.cases.rules, language=language, head=ledger_head(whole.case())
            )

        return self._reports.get(key, make)


def ledger_head(case: Case) -> LedgerHead:
    """Say who keeps the ledger of a case, as its notice says."""
    if case.on_notice is None:
        return LedgerHead()
    content = case.on_notice.version.content
    phones = [item.where for item in content.channels if item.channel == Channel.PHONE]
    return LedgerHead(content.issuer, content.contact, next(iter(phones), ""))
