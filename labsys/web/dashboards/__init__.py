"""The dashboard and the council report: one count, one registry of definitions, page and paper alike."""
