"""Two-stage mechanisms: interim utilities, truth in both stages, penalties, which of them can exist."""
