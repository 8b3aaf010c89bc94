"""The nightly drift check: every host of the estate held against what is written down of it.

model         what a run finds, and its JSON (`fellesdrift.drift/1`); docs/drift.md describes it
ledger        the file of a run: whole, summed and sealed, or not there; sealed: the same as plain data
recorded      what is written down of a host, as one configuration
differences   where a device is something else; judge: what that means, and what mends it
apart, early  the estate, read in a process of its own, while Ansible starts
crew, sweep   all hosts in a few processes, whatever a library does; visit: one of them
canary        the seeded difference without which a run proves nothing
run           all of it together
"""
