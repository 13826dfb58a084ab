"""Pages for everyone about zone changes: notices, opinions, answers, and their proof."""
