"""Drivers: one small file per instrument family, found by name.

driver = drivers.find("abbott-m2000")
driver.interpret(content, dialect=Dialect.ASTM, settings=instrument.settings, zone="Europe/Paris")
"""
