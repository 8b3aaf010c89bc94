"""What the modules that do one part of a stage on all hosts of a family have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc; the argument specification is plugins/module_utils/stage_part.py."""

    DOCUMENTATION = """
options:
  run:
    description: What M(fellesdrift.core.stage) returned when it opened the stage, found those that are pending (with
      C(held)), or looked at a held one (with C(read)).
    type: dict
    required: true
  wave:
    description: The wave, of C(run.waves).
    type: dict
    default: {}
  best_effort:
    description: With C(give_back), a host that cannot be brought back is a result and no failure.
    type: bool
    default: false
attributes:
  check_mode:
    description: Predicts exactly what each host would be, and writes nothing, not even to the journal.
    support: full
  diff_mode:
    description: Every attribute that the steps change, before and after, host by host.
    support: full
"""
