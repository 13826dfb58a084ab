"""Settings of the web side: frozen, from arguments or the environment, passed in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.errors import SettingsError
from zoning.messages import languages

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE_URL = "DATABASE_URL"
WEB_SECRET = "ZONING_WEB_SECRET"  # noqa: S105  # its name, not what is in it


@dataclass(frozen=True)
class Config:
    """What `create_app` needs to know.

    Parameters
    ----------
    study
        Folder of the study that is shown.
    language
        Language of a page where the reader asks for none; None takes the reader's browser.
    secret
        Key with which pages are signed; None takes the one in the study's folder.
    database_url
        Where people's decisions are kept, `postgresql://…` or `sqlite:///…`; None takes a file in
        the study's folder.
    """

    study: Path
    language: str | None = None
    secret: str | None = field(default=None, repr=False)
    # it may hold a password
    database_url: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot work, before the first request rather than in it.

        Raises
        ------
        SettingsError
            The folder is no study, or the language is not in the catalogue.
        """
        if not (self.study / "study.toml").is_file():
            raise SettingsError("settings.NO_FILE", file="study.toml", folder=str(self.study))
        if self.language is not None and self.language not in languages():
            known = ", ".join(languages())
            raise SettingsError("webmap.NO_LANGUAGE", language=self.language, known=known)


def config_from_environ(environ: Mapping[str, str] | None = None) -> Config:
    """Read `ZONING_STUDY` (a folder), and what is set of its language, secret and database.

    These are `ZONING_WEB_LANG`, `ZONING_WEB_SECRET` and `DATABASE_URL`.
    """
    env = os.environ if environ is None else environ
    if not env.get("ZONING_STUDY"):
        raise SettingsError("webmap.NO_STUDY")
    return Config(
        study=Path(env["ZONING_STUDY"]),
        language=env.get("ZONING_WEB_LANG") or None,
        secret=env.get(WEB_SECRET) or None,
        database_url=env.get(DATABASE_URL) or None,
    )
