"""The ledger of questions (招生入学工作问题线索管理台账) and the table of opinions and replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.messages import text
from zoning.notice.adoption import adoption_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.notice.adoption import Row
    from zoning.notice.book import Opinion
    from zoning.notice.case import Case, Group

_DAY_AND_TIME = 16


@dataclass(frozen=True)
class LedgerHead:
    """Who keeps the ledger.

    Parameters
    ----------
    bureau
        The bureau that signs.
    filled_in_by
        The office or post that filled it in.
    telephone
        Where to ask.
    """

    bureau: str = ""
    filled_in_by: str = ""
    telephone: str = ""


def ledger_book(
    case: Case,
    *,
    shown_texts: Mapping[int, str],
    language: str,
    head: LedgerHead | None = None,
) -> bytes:
    """Return the ledger as a workbook, a row for each opinion.

    Source of title, header and columns: 乌鲁木齐市 2024 年义务教育阳光招生专项行动, 附件2.

    Parameters
    ----------
    case
        The case.
    shown_texts
        Masked text of each opinion that is shown, by its number; a withheld or waiting one has
        none here.
    language
        Language of the words; the seeds are in Chinese.
    head
        Who keeps it.
    """
    from zoning.report.books import Sheet, workbook

    head = head or LedgerHead()
    texts = public_texts(case, shown_texts)
    group_of = {number: group for group in case.groups for number in group.members}
    columns = ("NUMBER", "SOURCE", "SUMMARY", "HANDLING", "RESULT", "REMARK")
    rows = [
        (
            at,
            _source(item, language),
            texts.get(item.number) or text("report.NOT_SHOWN", language),
            _handling(item, group_of.get(item.number), language),
            _result(group_of.get(item.number), language),
            _remark(item, language),
        )
        for at, item in enumerate(case.opinions, start=1)
    ]
    about = {"bureau": head.bureau, "by": head.filled_in_by, "telephone": head.telephone}
    sheet = Sheet(
        name=text("report.LEDGER_SHEET", language),
        above=(text("report.LEDGER", language), text("report.LEDGER_HEAD", language, about)),
        head=tuple(text(f"report.LEDGER_{name}", language) for name in columns),
        rows=rows,
        widths=(6, 24, 60, 30, 60, 30),
    )
    return workbook(sheet)


def adoption_book(case: Case, *, shown_texts: Mapping[int, str], language: str) -> bytes:
    """Return the table of opinions and replies (意见采纳情况) as a workbook, a row for each group.

    Parameters
    ----------
    case
        The case.
    shown_texts
        Masked texts by number; the first opinion of a group that is shown stands for it.
    language
        Language of the words.
    """
    from zoning.report.books import Sheet, workbook

    texts = group_texts(case, shown_texts)
    rows = [
        (at, *adoption_cells(row, language, texts.get(row.number, "")))
        for at, row in enumerate(adoption_table(case), start=1)
    ]
    sheet = Sheet(
        name=text("report.ADOPTION_SHEET", language),
        above=(text("report.ADOPTION", language, {"title": case.title}),),
        head=tuple(text(f"report.ADOPTION_{name}", language) for name in ADOPTION_COLUMNS),
        rows=rows,
        widths=(6, 60, 20, 14, 10, 10, 12, 60, 18),
    )
    return workbook(sheet)


ADOPTION_COLUMNS = (
    "NUMBER", "OPINION", "PLACES", "KINDS", "COUNT", "PARTICIPANTS", "OUTCOME", "REASON", "OFFICE",
)  # fmt: skip


def adoption_cells(row: Row, language: str, said: str) -> tuple[str | int, ...]:
    """Return what the table says of a group, without its number.

    Parameters
    ----------
    row
        The group and the answer to it.
    language
        Language of the words.
    said
        Masked text of its first opinion.
    """
    comma = text("notice.COMMA", language)
    outcome = "" if row.outcome is None else text(f"report.OUTCOME_{row.outcome}", language)
    return (
        said,
        comma.join(row.places),
        comma.join(text(f"report.KIND_{kind}", language) for kind in row.kinds),
        row.opinions,
        row.participants,
        outcome,
        row.reason,
        row.office,
    )


def public_texts(case: Case, shown_texts: Mapping[int, str]) -> dict[int, str]:
    """Return the texts that may be shown: not of opinions that were withheld after all, or wait.

    Parameters
    ----------
    case
        The case.
    shown_texts
        Masked texts by the numbers of their opinions.
    """
    return {
        item.number: shown_texts[item.number]
        for item in case.opinions
        if item.shown and item.withheld is None and item.number in shown_texts
    }


def group_texts(case: Case, shown_texts: Mapping[int, str]) -> dict[int, str]:
    """Return the text that stands for each group, by the name of the group.

    Parameters
    ----------
    case, shown_texts
        As in `public_texts`.
    """
    texts = public_texts(case, shown_texts)
    found = {}
    for group in case.groups:
        said = [texts[number] for number in group.members if number in texts]
        if said:
            found[group.name] = said[0]
    return found


def _source(item: Opinion, language: str) -> str:
    channel = text(f"report.CHANNEL_{item.channel}", language)
    return f"{channel} {_time(item)}"


def _time(item: Opinion) -> str:
    return item.received_at.isoformat(sep=" ")[:_DAY_AND_TIME] + " UTC"


def _handling(item: Opinion, group: Group | None, language: str) -> str:
    if item.withheld is not None:
        reason = text(f"report.WITHHELD_{item.withheld}", language)
        return text("report.HANDLED_WITHHELD", language, {"reason": reason})
    if item.pending:
        return text("report.HANDLED_PENDING", language)
    if group is None:
        return text("report.HANDLED_SHOWN", language)
    if group.reply is None:
        return text("report.HANDLED_GROUPED", language, {"group": group.name})
    told = {"group": group.name, "office": group.reply.office}
    return text("report.HANDLED_ANSWERED", language, told)


def _result(group: Group | None, language: str) -> str:
    if group is None or group.reply is None:
        return ""
    outcome = text(f"report.OUTCOME_{group.reply.outcome}", language)
    return text("report.RESULT", language, {"outcome": outcome, "reason": group.reply.reason})


def _remark(item: Opinion, language: str) -> str:
    told = {
        "place": item.place,
        "kind": text(f"report.KIND_{item.kind}", language),
        "stance": text(f"report.STANCE_{item.stance}", language),
        "number": item.number,
    }
    erased = text("report.ERASED", language) if item.erased else ""
    return text("report.REMARK", language, told) + erased
