"""A study: its folder, and the steps that turn its inputs into plans.

Each step is loaded from its own module: a server, which draws nothing, does not wait for what does.
"""

from zoning.study.folder import Study, exclusive, open_study

__all__ = ["Study", "exclusive", "open_study"]
