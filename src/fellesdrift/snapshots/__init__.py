"""Snapshots: what each device says, kept beside the inventory, held against the baseline; and the first inventory.

taking      one session a host -> a redacted configuration, or the reason why there is none
findings    resource by resource: new, gone, different since the baseline; unmanaged
store       snapshots/latest: whole files and their index, or nothing
report      one of six states for every host of the estate, as data and as lines for people
importing   the first inventory of an estate, out of what its devices say
"""
