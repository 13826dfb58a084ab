"""What a publication would change, as words, plain values for JSON, and tables for a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.messages import text
from zoning.publish.changes import pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zoning.publish.answers import Answer
    from zoning.publish.changes import Change
    from zoning.publish.review import Review
    from zoning.publish.sources import Difference
    from zoning.publish.version import Version


def answer_text(answer: Answer | None, names: Mapping[str, str], language: str) -> str:
    """Say an answer in words.

    Parameters
    ----------
    answer
        The answer; None where the address is not in the table.
    names
        Name by school id.
    language
        Language of the words.
    """
    if answer is None:
        return text("publish.ANSWER_none", language)
    said = school_names(answer.schools, names, language)
    return text(f"publish.ANSWER_{answer.outcome}", language, {"schools": said})


def school_names(schools: Iterable[str], names: Mapping[str, str], language: str) -> str:
    """Return names of schools in a row; an id that has no name stands for itself."""
    return text("publish.SIGN", language).join(names.get(school, school) for school in schools)


def record(review: Review) -> dict[str, Any]:
    """Return a review as plain values for JSON."""
    of = review.answers.of
    return {
        "stage": review.stage,
        "plan": review.plan_id,
        "school_year": review.school_year,
        "effective_from": review.effective_from.isoformat(),
        "before": review.before or None,
        "displaced": [version.version_id for version in review.displaced],
        "counts": review.counts,
        "to_accept": review.to_accept or None,
        "changed": [change_record(change) for change in review.by_plan],
        "changed_by_data": [change_record(change) for change in review.by_data],
        "nobody": [{"address_id": name, **_answer(of[name])} for name in review.nobody],
        "several": [{"address_id": name, **_answer(of[name])} for name in review.several],
        "compared": [source.value for source in review.sources.compared],
        "differences": [_difference(item) for item in review.sources.differences],
        "school_names": dict(review.school_names),
    }


def version_record(version: Version) -> dict[str, Any]:
    """Return a version as plain values for JSON."""
    return {
        "id": version.version_id,
        "stage": version.stage,
        "number": version.number,
        "school_year": version.school_year,
        "effective_from": version.effective_from.isoformat(),
        "plan": version.plan_id,
        "plan_digest": version.plan_digest,
        "decision": version.decision,
        "decided_on": version.decided_on.isoformat(),
        "supersedes": version.supersedes or None,
        "data_date": version.data_date.isoformat() if version.data_date else None,
        "geocoder": version.geocoder,
        "index": version.index,
        "answers": version.answers,
        "published": version.published.isoformat(),
    }


def sheets(review: Review, language: str) -> dict[str, pd.DataFrame]:
    """Return a review as sheets of a workbook, by their names.

    Parameters
    ----------
    review
        The review.
    language
        Language of headers, words and names of sheets.
    """
    of, texts = review.answers.of, review.answers.texts

    def table(columns: str, rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
        head = [text(f"publish.COLUMN_{name}", language) for name in columns.split()]
        return pd.DataFrame(list(rows), columns=head, dtype=object)

    def said(answer: Answer | None) -> str:
        return answer_text(answer, review.school_names, language)

    def changed(found: Iterable[Change]) -> pd.DataFrame:
        rows = ((item.address_id, item.text, said(item.before), said(item.after)) for item in found)
        return table("address_id text before after", rows)

    open_ones = (*review.nobody, *review.several)
    named = {
        "COUNTS": table(
            "what count",
            ((text(f"publish.COUNT_{name}", language), n) for name, n in review.counts.items()),
        ),
        "CHANGED": changed(review.by_plan),
        "BY_DATA": changed(review.by_data),
        "OPEN": table(
            "address_id text answer", ((name, texts[name], said(of[name])) for name in open_ones)
        ),
        "DIFFERENCES": table(
            "address_id text source said drawn",
            (
                (
                    item.address_id,
                    item.text,
                    text(f"publish.SOURCE_{item.source}", language),
                    school_names(item.said, review.school_names, language),
                    school_names(item.drawn, review.school_names, language),
                )
                for item in review.sources.differences
            ),
        ),
    }
    return {text(f"publish.SHEET_{name}", language): frame for name, frame in named.items()}


def pair_rows(
    found: Iterable[Change], names: Mapping[str, str], language: str
) -> list[tuple[str, str, int]]:
    """Return how many addresses get which answer instead of which, most addresses first.

    Parameters
    ----------
    found
        The changes.
    names
        Name by school id.
    language
        Language of the words.
    """
    return [
        (answer_text(before, names, language), answer_text(after, names, language), count)
        for before, after, count in pairs(found)
    ]


def change_record(change: Change) -> dict[str, Any]:
    """Return one address that gets another answer as plain values for JSON."""
    return {
        "address_id": change.address_id,
        "text": change.text,
        "before": None if change.before is None else _answer(change.before),
        "after": None if change.after is None else _answer(change.after),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"outcome": answer.outcome, "schools": list(answer.schools)}


def _difference(item: Difference) -> dict[str, Any]:
    return {
        "address_id": item.address_id,
        "text": item.text,
        "source": item.source.value,
        "said": list(item.said),
        "drawn": list(item.drawn),
    }
