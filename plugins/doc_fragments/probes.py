"""The option `probes`, as several modules take it."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc; the argument specification is plugins/module_utils/probes.py."""

    DOCUMENTATION = """
options:
  probes:
    description:
      - What must answer an echo request, asked from the device. While a device is being changed a step that cuts a
        protected one is taken back.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What the address stands for.
        type: str
        required: true
      address:
        description: Where the echo request goes.
        type: str
        required: true
      source:
        description: The interface whose address it comes from.
        type: str
        required: true
      protected:
        description: Whether it must hold at every moment.
        type: bool
        required: true
"""
