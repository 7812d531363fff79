"""Sending as an instrument does, over a socket, to this machine alone: simulated and recorded."""
