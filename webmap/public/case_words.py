"""What pages of cases say, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice import Role

if TYPE_CHECKING:
    from webmap.maps.facts import Texts
    from zoning.notice import Case
    from zoning.notice.case import Event


@dataclass(frozen=True)
class CaseWords:
    """Puts cases into words.

    Parameters
    ----------
    texts
        The catalogue in the language of the page.
    """

    texts: Texts

    def state(self, case: Case) -> str:
        """Say where a case stands."""
        return self.texts(f"notice.STATE_{case.state}")

    def act(self, name: str) -> str:
        """Say what a step is called."""
        return self.texts(f"bureau.ACT_{name}")

    def field(self, name: str) -> str:
        """Say what a field is called."""
        if name.startswith("RISK_"):
            return self.texts(f"notice.{name}")
        return self.texts(f"bureau.FIELD_{name}")

    def value(self, kind: str, word: str) -> str:
        """Say a word of a list, such as the reason of a case."""
        return self.texts(f"bureau.VALUE_{kind}_{word}")

    def paper(self, name: str) -> str:
        """Say what one of the papers of a case is called."""
        return self.texts(f"bureau.PAPER_{name.replace('.', '_').replace('-', '_')}")

    def option(self, word: str, key: str | None) -> str:
        """Say a possible value of a choice."""
        if key is None:
            return self.texts("bureau.NO_VERSION") if word == "–" else word
        return self.texts(f"bureau.VALUE_{key}")

    def actor(self, event: Event) -> str:
        """Name who did something: an account by its name, others by their role."""
        role = event.role
        return self.roles((role,)) if role in {Role.PUBLIC, Role.SYSTEM} else event.actor

    def roles(self, roles: tuple[str, ...]) -> str:
        """Name roles in a sentence."""
        return self.texts("notice.COMMA").join(self.texts(f"notice.ROLE_{role}") for role in roles)
