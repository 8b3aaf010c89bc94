# SPDX-License-Identifier: MIT
"""The filter municipality_of_extension."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: municipality_of_extension
short_description: The municipality that an extension belongs to
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The municipality of the range that the extension is in.
  - What the plan does not have is an error that shows what was asked for.
positional: plan
options:
  _input:
    description: An extension (V(6001)).
    type: str
    required: true
extends_documentation_fragment:
  - fellesdrift.core.numbering
"""

EXAMPLES = """
# gives sande
- name: Show whose a number is
  ansible.builtin.debug:
    msg: "{{ '6001' | fellesdrift.core.municipality_of_extension(fellesdrift_numbering) }}"
"""

RETURN = """
_value:
  description: A key of C(fellesdrift_municipalities).
  type: str
  sample: sande
"""

FilterModule = only(dialling.municipality_of_extension)
