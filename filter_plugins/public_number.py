# SPDX-License-Identifier: MIT
"""The filter public_number."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: public_number
short_description: The public number of an extension
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The range says the public number of its first extension, and the others follow.
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
# gives +4700610001
- name: Show a public number
  ansible.builtin.debug:
    msg: "{{ '6001' | fellesdrift.core.public_number(fellesdrift_numbering) }}"
"""

RETURN = """
_value:
  description: The number, with its country code.
  type: str
  sample: "+4700610001"
"""

FilterModule = only(dialling.public_number)
