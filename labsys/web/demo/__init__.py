"""The demo: a hospital on a space station, played through the same actions as real work.

Everybody and everything here is invented. `staging` sets the scene in the database; `playing` then
works through the running services: results sent over HTTP and typed by hand, analysed by the real
worker, verified and released by different people, and a weekly round.
"""
