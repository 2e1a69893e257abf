"""Traders who acquire information at a cost: implementability and the least subsidy."""
