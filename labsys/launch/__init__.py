"""Start, watch and stop everything labsys runs on, with the standard library alone.

Nothing here imports Django; psycopg is imported inside the functions that need it, so that
`./lab` can speak before anything is installed.
"""
