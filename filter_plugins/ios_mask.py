# SPDX-License-Identifier: MIT
"""The filter ios_mask."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import addresses

DOCUMENTATION = """
name: ios_mask
short_description: The mask of a prefix as IOS writes it
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The mask in dotted form, as C(ip address) and C(ip route) want it.
  - Anything else is an error that shows the text that was found.
options:
  _input:
    description: A prefix (V(10.61.0.0/16)) or an address with its length (V(10.61.0.1/16)).
    type: str
    required: true
"""

EXAMPLES = """
# gives 255.255.0.0
- name: Show the mask of a prefix
  ansible.builtin.debug:
    msg: "{{ '10.61.0.0/16' | fellesdrift.core.ios_mask }}"
"""

RETURN = """
_value:
  description: The text as IOS writes it.
  type: str
  sample: "255.255.0.0"
"""

FilterModule = only(addresses.ios_mask)
