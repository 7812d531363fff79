"""Documents that labsys prints: laid out by typst from data, never from markup that somebody typed."""
