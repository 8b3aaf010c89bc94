"""What a command waits for that needs the journal."""

from __future__ import annotations

import subprocess
import sys


def test_the_language_of_a_database_that_is_not_used_is_not_loaded() -> None:
    program = "import sys, fellesdrift.journal.store\nprint([name for name in sys.modules if 'postgresql' in name])"
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
