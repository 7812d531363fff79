from labsys.formats import *  # noqa: F403
