"""The codes that an exchange answers with.

DOCUMENTED ones have the meaning that published transcripts show. Every other code here is *assumed*: its family is
right (OVL the loader, SCH sets and routes, ESN the dialling plan, NPR maintenance, EDD the dump), its number is not
known to be what a real exchange would say. A client must treat each as a failure and show it, and may not read a
meaning out of it.
"""

from __future__ import annotations

IDLE = "OVL000"
NOT_LOGGED_IN = "OVL111"
LOCKED_OUT = "OVL400"
CONFLICT = "OVL429-OVERLAY CONFLICT"
HUNTED = "SCH0101"
NO_SUCH_DN = "SCH0881"
DOCUMENTED = frozenset({IDLE, NOT_LOGGED_IN, LOCKED_OUT, "OVL429", HUNTED, NO_SUCH_DN})

WRONG_LOGIN = "OVL015"
NO_COMMAND = "OVL003"
NO_OVERLAY = "OVL007"
INPUT = "SCH0003"
NO_TYPE = "SCH0004"
NO_TN = "SCH0005"
TN_EMPTY = "SCH0006"
TN_USED = "SCH0007"
TYPE_DIFFERS = "SCH0008"
NO_CUSTOMER = "SCH0009"
DN_CONFLICT = "SCH0010"
NO_LICENCE = "SCH0011"
SET_BUSY = "SCH0012"
NO_BLOCK = "SCH0013"
BLOCK_THERE = "SCH0014"
IN_USE = "SCH0015"
NO_KEY = "SCH0016"
NOTHING_FOUND = "SCH0017"
ESN_INPUT = "ESN0003"
ESN_NO_BLOCK = "ESN0013"
ESN_BLOCK_THERE = "ESN0014"
ESN_IN_USE = "ESN0015"
ESN_CONFLICT = "ESN0010"
ESN_LENGTH = "ESN0011"
NO_MAINTENANCE = "NPR0001"
NO_UNIT = "NPR0002"
UNIT_BUSY = "NPR0003"
NO_DUMP_COMMAND = "EDD0003"
DUMP_FAILED = "EDD0020"
NO_117 = "SCH1007"


class RefusedError(Exception):
    """An answer that the exchange does not take. `code` is printed, and the prompt asked again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
