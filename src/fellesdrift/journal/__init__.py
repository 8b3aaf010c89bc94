"""The journal: what is about to be done, on disk, before it is done; and the leases of who may do it."""

from fellesdrift.journal.store import Journal, Link, Record, refuse_ephemeral

__all__ = ["Journal", "Link", "Record", "refuse_ephemeral"]
