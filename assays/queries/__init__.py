"""Reading several of the laboratory's tables together."""
