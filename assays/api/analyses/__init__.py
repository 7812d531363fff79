"""The interface of analyses."""
