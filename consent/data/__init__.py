"""Questionnaires and score tables that ship with labsys; README.md here names their sources."""
