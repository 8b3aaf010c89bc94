# SPDX-License-Identifier: MIT
"""The filter address_with_length."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import addresses

DOCUMENTATION = """
name: address_with_length
short_description: An address with the length of its link
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - Joins an address and the prefix of the link that it is on, outside which it must not be.
  - Anything else is an error that shows the text that was found.
positional: prefix
options:
  _input:
    description: An address (V(10.250.61.2)).
    type: str
    required: true
  prefix:
    description: The prefix of the link (V(10.250.61.0/30)).
    type: str
    required: true
"""

EXAMPLES = """
# gives 10.250.61.2/30
- name: Show an address with its length
  ansible.builtin.debug:
    msg: "{{ '10.250.61.2' | fellesdrift.core.address_with_length('10.250.61.0/30') }}"
"""

RETURN = """
_value:
  description: The text as IOS writes it.
  type: str
  sample: "10.250.61.2/30"
"""

FilterModule = only(addresses.address_with_length)
