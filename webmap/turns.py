"""Look-ups of one worker take turns: whoever has begun has the interpreter until it is done.

The threads of a process share one interpreter, and a look-up is little but processor time. Side by
side each of them gives the interpreter away whenever it reads a file or counts, waits some
milliseconds for it again, and so all of them are late; in turn, those that take a millisecond are
done in one. What waits for other things, such as pages that write to the database, takes no turn.
"""

from __future__ import annotations

import threading
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

_ENDPOINTS = frozenset({"lookup.answer", "lookup.suggest"})
# a slip looks its address up, and so does who verifies one for an address
_BLUEPRINTS = frozenset({"api_lookup", "slips"})


def take_turns(app: Flask) -> None:
    """Let the look-ups of an application whose views are all there take turns.

    Parameters
    ----------
    app
        The application.
    """
    turn = threading.Lock()
    for endpoint, view in app.view_functions.items():
        if endpoint in _ENDPOINTS or endpoint.rpartition(".")[0] in _BLUEPRINTS:
            app.view_functions[endpoint] = _in_turn(view, turn)


def _in_turn(view: Callable[..., Any], turn: threading.Lock) -> Callable[..., Any]:
    @wraps(view)
    def alone(*args: object, **named: object) -> Any:
        # whoever sends slowly is waited for without the turn
        request.get_data(parse_form_data=True)
        with turn:
            return view(*args, **named)

    return alone
