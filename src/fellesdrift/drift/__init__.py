"""The nightly drift check: every host of the estate held against what is written down of it.

model     what a run finds, and its JSON (`fellesdrift.drift/1`); docs/drift.md describes it
ledger    the file of a run: whole, summed and sealed, or not there
"""
