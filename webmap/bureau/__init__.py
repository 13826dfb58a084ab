"""Pages for the bureau: cases, their steps, moderation and answers."""
