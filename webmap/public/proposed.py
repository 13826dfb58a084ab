"""What is on notice for the address of an answer: the proposed schools, and how to comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, url_for

from zoning.errors import ZoningError
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from webmap.public.wording import Wording
    from webmap.services.lookup import Lookup
    from webmap.services.on_notice import OnNotice, Proposal
    from zoning.lookup.answers import About, Answer
    from zoning.lookup.desk import Desk


@dataclass(frozen=True)
class ProposedWords:
    """A notice in words, for one address.

    Parameters
    ----------
    title
        What the notice is called.
    said
        Which schools it proposes, or that nothing changes.
    until
        Until when opinions are taken.
    notice, write
        URLs of the notice, and of the form for opinions.
    """

    title: str
    said: str
    until: str
    notice: str
    write: str


def asked_on_notice(
    given: Answer, put: Callable[[Desk, About], Answer], *, found: Lookup
) -> tuple[tuple[Proposal, Answer | None], ...]:
    """Return what is on notice for the place of an answer; nothing for another day than today.

    Parameters
    ----------
    given
        The answer.
    put
        Puts the question to a desk.
    found
        The look-ups.

    Returns
    -------
    Each notice with its answer, None where that cannot be told; none while no place has been found.

    Raises
    ------
    StorageError
        It cannot be told what is on notice.
    """
    if given.about.not_today is not None:
        return ()
    on_notice: OnNotice = current_app.extensions["zoning-on-notice"]
    told = [(one, _asked(one, put, found)) for one in on_notice.running(given.about.stage)]
    known = served_of(given) is not None
    return tuple((one, answer) for one, answer in told if known or is_for_a_place(answer))


def is_for_a_place(answer: Answer | None) -> bool:
    """Tell whether a proposed plan may say something of a place that today's answer did not know.

    Parameters
    ----------
    answer
        That of the proposed plan; None where it cannot be told.
    """
    return answer is None or served_of(answer) is not None


def proposed(
    given: Answer,
    put: Callable[[Desk, About], Answer],
    *,
    found: Lookup,
    wording: Wording,
) -> tuple[ProposedWords, ...]:
    """Say what is on notice for the place of an answer; see `asked_on_notice`.

    Parameters
    ----------
    given, put, found
        See `asked_on_notice`.
    wording
        Puts answers into words.
    """
    return tuple(
        _words(one, said_of(given, answer, wording), wording)
        for one, answer in asked_on_notice(given, put, found=found)
    )


def _asked(
    proposal: Proposal, put: Callable[[Desk, About], Answer], found: Lookup
) -> Answer | None:
    try:
        return found.under(proposal.plan, put)
    except ZoningError as error:
        # what holds today is answered all the same
        current_app.logger.error("proposed plan not asked: %s", error.key)  # noqa: TRY400
        return None


def said_of(given: Answer, answer: Answer | None, wording: Wording) -> str:
    """Say which schools a notice proposes for the place of an answer.

    Parameters
    ----------
    given
        The answer of today.
    answer
        That of the proposed plan; None where it cannot be told.
    wording
        Puts answers into words.
    """
    if answer is None:
        return wording.texts("proposed.UNKNOWN")
    now, then = served_of(given), served_of(answer)
    if now is not None and then is not None and set(now.schools) == set(then.schools):
        return wording.texts("proposed.SAME")
    schools = wording.elsewhere(then.schools if then is not None else (), answer.kind)
    return wording.texts("proposed.SCHOOLS", schools=schools)


def _words(proposal: Proposal, said: str, wording: Wording) -> ProposedWords:
    language, case_id = wording.texts.language, proposal.case_id
    return ProposedWords(
        title=proposal.title,
        said=said,
        until=wording.texts("proposed.UNTIL", date=wording.day(proposal.last_day)),
        notice=url_for("notices.one", case_id=case_id, lang=language),
        write=url_for("notices.write", case_id=case_id, lang=language),
    )
