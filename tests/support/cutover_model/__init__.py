"""The cutover engine with everything around it made of plain data: estate, devices, clock, controllers.

small_estate.py   two municipalities and the platform, five devices, two stages with all that a stage may have
world.py          devices that are dictionaries, and what can befall them
hosts.py          one device brought to a state or back, with its records, as plugin_utils/device_change.py does it
people.py         those who answer manual steps, and the time that is waited for
parts.py          what each part of a stage does, in the engine's order
playbooks.py      the playbooks' order of events, each a generator that can be killed at any of its points
audit.py          what must hold of the records and the devices, whatever happened
"""
