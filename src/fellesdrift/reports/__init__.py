"""What a drift run's ledger says, told to people and to other programs: terminal, JUnit XML, one HTML page.

Nothing here judges: every figure comes out of the ledger, or is a sum over it. Text of devices and of the estate is
data everywhere: `text.visible` takes from it what a terminal, a browser or an XML reader would obey.
"""
