"""The program `zoning`, also `python -m zoning.cli`."""

from __future__ import annotations

import json
import signal
import sys

from zoning.cli.interruption import interruptible


def start() -> None:
    """Run the command line; Ctrl-C is minded from the first import to the last clean-up."""
    with interruptible() as interruption:
        try:
            from zoning.cli.kernels import keep_kernels

            keep_kernels()
            from zoning.cli import main

            main(prog_name="zoning")
        except (Exception, KeyboardInterrupt):
            # Only while libraries are being loaded: commands end in words by themselves.
            if not interruption.asked:
                raise
            interruption.finish()
            tell_interruption()
            sys.exit(130)
        finally:
            interruption.finish()
            forget_interruption()
            # what is left to do takes no time, and Python tells of a Ctrl-C in it with a trace
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def forget_interruption() -> None:
    """Let the exit code be the one that was chosen.

    Python notes when Ctrl-C ends an `exec` of text, as libraries use it while they are loaded, and
    kills itself by SIGINT at its very end, however well the interruption was handled since
    (`unhandled_keyboard_interrupt` in `Py_RunMain`). The next text that it evaluates clears that.
    """
    eval("None")  # noqa: S307


def tell_interruption() -> None:
    """Say that the program was stopped before it could begin; half-loaded libraries stay alone."""
    from zoning.cli.asked import asked_for
    from zoning.messages import text

    language, as_json = asked_for(sys.argv[1:])
    said = text("cli.INTERRUPTED", language)
    if as_json:
        error = {"code": "cli.INTERRUPTED", "message": said}
        sys.stdout.write(json.dumps({"ok": False, "error": error}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"\n{said}\n")


if __name__ == "__main__":
    start()
