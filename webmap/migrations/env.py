"""Alembic runs this file: the connection comes from `webmap.database`, already in a transaction."""

from __future__ import annotations

from alembic import context

from webmap.models import Base
from webmap.models_cases import CaseRow

# the second file adds its tables to the same metadata
assert CaseRow.metadata is Base.metadata
context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
