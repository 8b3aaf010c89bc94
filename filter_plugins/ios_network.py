# SPDX-License-Identifier: MIT
"""The filter ios_network."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import addresses

DOCUMENTATION = """
name: ios_network
short_description: The network address of a prefix as IOS writes it
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The network's own address, without length and host bits.
  - Anything else is an error that shows the text that was found.
options:
  _input:
    description: A prefix (V(10.61.0.0/16)) or an address with its length (V(10.61.0.1/16)).
    type: str
    required: true
"""

EXAMPLES = """
# gives 10.61.0.0
- name: Show the network of an address
  ansible.builtin.debug:
    msg: "{{ '10.61.0.1/16' | fellesdrift.core.ios_network }}"
"""

RETURN = """
_value:
  description: The text as IOS writes it.
  type: str
  sample: "10.61.0.0"
"""

FilterModule = only(addresses.ios_network)
