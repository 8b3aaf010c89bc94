"""The zone policy: one table without a vendor's words -> access lists, and a verdict on what a device says.

`zone_lists` and `exit_list` write the lists (role zone_firewall); `rows_of` is the same table as flows, which `judge`
holds against what a device reports of itself. The two sides share the table and nothing of the way there.
"""

from fellesdrift.policy.exits import exit_list
from fellesdrift.policy.filtering import Filtering, Interface, Route
from fellesdrift.policy.lists import AccessList, zone_lists
from fellesdrift.policy.rows import INTERNET, ROLE, Row, rows_of
from fellesdrift.policy.verdict import FlowVerdict, Report, judge

__all__ = [
    "INTERNET",
    "ROLE",
    "AccessList",
    "Filtering",
    "FlowVerdict",
    "Interface",
    "Report",
    "Route",
    "Row",
    "exit_list",
    "judge",
    "rows_of",
    "zone_lists",
]
