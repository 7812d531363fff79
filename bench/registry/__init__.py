"""The people side at the size of a large outbreak: 50,000 people with 200,000 contacts."""

from bench.registry.measuring import run

__all__ = ["run"]
