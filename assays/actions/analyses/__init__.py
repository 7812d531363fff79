"""Runs of analyses and what is recorded from them."""
