"""Hostile bytes for everything that takes bytes of instruments apart; `python -m bench.fuzz`."""
