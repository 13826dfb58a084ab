"""The consultation report: what was asked, who answered, what was said, answered and corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zoning.messages import text
from zoning.notice.adoption import consultation, table_record
from zoning.notice.canonical import digest_of
from zoning.notice.moderation import moderation
from zoning.notice.opinions import counted_by
from zoning.notice.participation import results
from zoning.report.document import Document, Heading, Paragraph, Table
from zoning.report.ledger import ADOPTION_COLUMNS, adoption_cells, group_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from zoning.notice.adoption import Consultation
    from zoning.notice.case import Case
    from zoning.notice.participation import Announced, Asked
    from zoning.report.document import Part
    from zoning.rules import NoticeRules

PLACES_SHOWN = 60
GROUPS_SHOWN = 500


def consultation_report(
    case: Case,
    *,
    rules: NoticeRules,
    language: str,
    head: str,
    summary: str = "",
    shown_texts: Mapping[int, str] | None = None,
) -> Document:
    """Return the consultation report of a case.

    Parameters
    ----------
    case
        The case, from its notice on.
    rules
        Rules that it is under.
    language
        Language of the words.
    head
        Digest of the last event of its log.
    summary
        What the bureau says in short of what was said.
    shown_texts
        Masked texts of opinions by number; the first one of a group that is shown stands for it.
    """
    told = consultation(case)
    teller = _Teller(case, told, rules, language)
    digest = digest_of(table_record(told.rows))
    return Document(
        title=text("report.CONSULTATION", language),
        subtitle=case.title,
        language=language,
        parts=tuple(teller.parts(summary, shown_texts or {})),
        footer=text("report.REPORT_DIGESTS", language, {"head": head, "table": digest}),
    )


class _Teller:
    def __init__(self, case: Case, told: Consultation, rules: NoticeRules, language: str) -> None:
        self._case, self._told, self._language = case, told, language
        self._rules, self._zone = rules, ZoneInfo(rules.time_zone)

    def parts(self, summary: str, shown_texts: Mapping[int, str]) -> Iterator[Part]:
        """Yield the report part by part."""
        yield from self._procedure()
        yield from self._channels()
        yield from self._questionnaires()
        yield from self._meetings()
        yield from self._numbers()
        if summary.strip():
            yield self._heading("SUMMARY")
            yield Paragraph(summary)
        yield from self._replies(shown_texts)
        yield from self._errors()

    def _say(self, key: str, **params: object) -> str:
        return text(f"report.{key}", self._language, params)

    def _heading(self, key: str) -> Heading:
        return Heading(text(f"report.SECTION_{key}", self._language))

    def _table(
        self, names: tuple[str, ...], rows: Sequence[tuple[str, ...]], shares: tuple[int, ...]
    ) -> Part:
        if not rows:
            return Paragraph(self._say("NOTHING"))
        return Table(
            tuple(text(f"report.HEAD_{name}", self._language) for name in names),
            tuple(rows),
            shares,
        )

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")

    def _procedure(self) -> Iterator[Part]:
        case = self._case
        yield self._heading("PROCEDURE")
        trigger = case.trigger
        if trigger is not None:
            reason = text(f"report.REASON_{trigger.reason}", self._language)
            yield Paragraph(self._say("TRIGGER", reason=reason, text=trigger.text))
        yield Paragraph(
            self._say(
                "RULES",
                name=self._rules.name,
                days=self._rules.days.value,
                source=self._rules.days.source,
            )
        )
        if case.prepared.departments:
            rows = [
                (item.department, self._say("AGREES" if item.agrees else "OBJECTS"), item.text,
                 item.answer)
                for item in case.prepared.departments
            ]  # fmt: skip
            yield self._table(("DEPARTMENT", "STANCE", "SAID", "ANSWER"), rows, (2, 1, 4, 4))
        versions = [
            (str(item.number), self._local(item.at),
             self._say("NEW_PERIOD" if item.restarts else "SAME_PERIOD"), item.version.digest)
            for item in case.notices
        ]  # fmt: skip
        yield self._table(("VERSION", "PUBLISHED", "PERIOD", "DIGEST"), versions, (2, 4, 3, 8))
        if case.period is not None:
            period = case.period
            lost = text("notice.COMMA", self._language).join(map(str, period.lost_days))
            yield Paragraph(
                self._say(
                    "PERIOD",
                    first=period.start_day,
                    last=period.last_day,
                    days=period.days,
                    lost=lost or self._say("NONE"),
                    outages=len(case.outages),
                )
            )

    def _channels(self) -> Iterator[Part]:
        yield self._heading("CHANNELS")
        counts = [
            (text(f"report.CHANNEL_{channel}", self._language), str(count))
            for channel, count in self._told.channels.items()
        ]
        yield self._table(("CHANNEL", "COUNT"), counts, (3, 1))
        proofs = [
            (item.channel, item.what, str(item.day),
             "" if item.attended is None else str(item.attended), item.proof.name,
             item.proof.digest)
            for item in self._told.proofs
        ]  # fmt: skip
        yield Paragraph(self._say("PROOFS"))
        names = ("CHANNEL", "WHAT", "DAY", "ATTENDED", "PROOF", "DIGEST")
        yield self._table(names, proofs, (4, 5, 4, 3, 4, 8))

    def _questionnaires(self) -> Iterator[Part]:
        for asked in self._case.questionnaires:
            yield Heading(self._say("QUESTIONNAIRE", title=asked.questionnaire.title))
            yield from self._answers(asked)

    def _answers(self, asked: Asked) -> Iterator[Part]:
        found = results(asked)
        yield Paragraph(self._say("FORMS", raw=found.raw, participants=found.participants))
        rows = [
            (question.text, option, str(count))
            for question, counts in zip(asked.questionnaire.questions, found.counts, strict=True)
            for option, count in zip(question.options, counts, strict=True)
        ]
        yield self._table(("QUESTION", "OPTION", "PARTICIPANTS"), rows, (10, 6, 4))

    def _meetings(self) -> Iterator[Part]:
        if not self._case.meetings:
            return
        yield self._heading("MEETINGS")
        rows = [self._meeting(item) for item in self._case.meetings]
        names = ("MEETING", "DAY", "SIGNED_UP", "ATTENDED", "OBSERVERS", "OUTCOME", "DIGEST")
        yield self._table(names, rows, (6, 4, 3, 3, 4, 6, 6))

    def _meeting(self, item: Announced) -> tuple[str, ...]:
        kind = text(f"report.MEETING_{item.meeting.kind}", self._language)
        outcome = self._say("CANCELLED", reason=item.cancelled) if item.cancelled else ""
        if item.drawn is not None:
            seed, source = item.drawn.seed, item.meeting.seed_source
            outcome = self._say("DRAWN", seed=seed, source=source)
        held = item.held
        return (
            f"{item.meeting.title}  {kind}",
            f"{item.meeting.day} {item.meeting.begins}",
            str(len(item.signed_up)),
            "" if held is None else str(held.attended),
            "" if held is None else str(held.observers),
            outcome,
            "" if held is None else held.minutes.digest,
        )

    def _numbers(self) -> Iterator[Part]:
        total = self._told.total
        yield self._heading("NUMBERS")
        counts = {"raw": total.raw, "distinct": total.distinct, "participants": total.participants}
        yield Paragraph(self._say("COUNTS", **counts))
        last = self._case.last_at
        if last is not None:
            stands = moderation(self._case.opinions, now=last, rules=self._rules)
            days = self._rules.moderation.value
            yield Paragraph(self._say("MODERATION", days=days, late=stands.late + stands.overdue))
        withheld = [
            (text(f"report.WITHHELD_{reason}", self._language), str(count))
            for reason, count in self._told.withheld.items()
        ]
        if withheld:
            yield self._table(("WITHHELD", "COUNT"), withheld, (3, 1))
        groups = [group.members for group in self._case.groups]
        by = list(counted_by(self._case.opinions, groups).items())
        rows = [
            (
                text(f"report.KIND_{kind}", self._language),
                place,
                *map(str, (count.raw, count.distinct, count.participants)),
            )
            for (kind, place), count in by[:PLACES_SHOWN]
        ]
        names = ("KIND", "PLACE", "RAW", "DISTINCT", "PARTICIPANTS")
        yield self._table(names, rows, (6, 8, 3, 3, 4))
        if len(by) > PLACES_SHOWN:
            yield Paragraph(self._say("MORE_PLACES", count=len(by) - PLACES_SHOWN))
        yield Paragraph(self._say("NOT_VOTES"))

    def _replies(self, shown_texts: Mapping[int, str]) -> Iterator[Part]:
        yield self._heading("REPLIES")
        texts = group_texts(self._case, shown_texts)
        numbered = list(enumerate(self._told.rows, start=1))
        # tens of thousands of rows are a table to search in, and no report to read
        most = sorted(numbered, key=lambda item: (-item[1].opinions, item[0]))[:GROUPS_SHOWN]
        rows = [
            tuple(map(str, (at, *adoption_cells(row, self._language, texts.get(row.number, "")))))
            for at, row in sorted(most, key=lambda item: item[0])
        ]
        if not rows:
            yield Paragraph(self._say("NOTHING"))
            return
        head = tuple(text(f"report.ADOPTION_{name}", self._language) for name in ADOPTION_COLUMNS)
        yield Table(head, tuple(rows), (2, 7, 4, 4, 3, 3, 5, 7, 4))
        if len(numbered) > len(rows):
            yield Paragraph(self._say("MORE_REPLIES", count=len(numbered) - len(rows)))

    def _errors(self) -> Iterator[Part]:
        yield self._heading("ERRORS")
        rows = [
            (
                str(item.number),
                item.text,
                text(
                    f"report.ERROR_{item.end}" if item.end else "report.ERROR_OPEN", self._language
                ),
                item.reason,
                str(item.more_days),
            )
            for item in self._told.errors
        ]
        names = ("NUMBER", "ERROR", "ERROR_END", "SAID", "MORE_DAYS")
        yield self._table(names, rows, (2, 8, 4, 8, 3))
