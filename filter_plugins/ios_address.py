# SPDX-License-Identifier: MIT
"""The filter ios_address."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import addresses

DOCUMENTATION = """
name: ios_address
short_description: An interface's address without its length
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The address as it stands, host bits kept, without the length behind it.
  - Anything else is an error that shows the text that was found.
options:
  _input:
    description: An address with its length (V(10.250.61.2/30)).
    type: str
    required: true
"""

EXAMPLES = """
# gives 10.250.61.2
- name: Show an interface's address
  ansible.builtin.debug:
    msg: "{{ '10.250.61.2/30' | fellesdrift.core.ios_address }}"
"""

RETURN = """
_value:
  description: The text as IOS writes it.
  type: str
  sample: "10.250.61.2"
"""

FilterModule = only(addresses.ios_address)
