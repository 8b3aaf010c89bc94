#!/usr/bin/python
"""Documentation and arguments of the action `pbx_print`; the work is done in plugins/action/pbx_print.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: pbx_print
short_description: A print of a Succession or Meridian exchange, raw and parsed
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Asks an exchange for one print, and returns its lines as they came and what they say as data. Nothing is written.
  - A print of which a line is not understood is an error, never a part of an answer.
  - Names of telephones are personal data. They are left out unless O(names) asks for them.
  - It uses C(ansible_host), C(ansible_port), C(ansible_user), C(ansible_password) and C(fellesdrift_telnet). It runs on
    the controller.
options:
  print:
    description:
      - What is printed. C(set) (LD 20 TNB), C(hunt_group) (LD 20 GHT), C(name) (LD 95), C(route), C(attendant) and
        C(networking) (LD 21), C(dialling_plan), C(digit_manipulation) and C(route_list) (LD 86), C(steering_code)
        (LD 87), C(special_number) (LD 90); docs/telephony/kinds.md has their data.
      - C(licences) and C(issue) (LD 22); C(feature) lists the sets with a feature (LD 81).
    type: str
    required: true
    choices:
      - set
      - name
      - hunt_group
      - dialling_plan
      - attendant
      - route
      - digit_manipulation
      - route_list
      - steering_code
      - special_number
      - networking
      - licences
      - issue
      - feature
  filter:
    description:
      - Print only this. For C(set) a terminal number as it is typed, or its beginning; for C(name), C(steering_code)
        and C(special_number) a number or its beginning; for C(hunt_group), C(route), C(route_list) and
        C(digit_manipulation) its number.
      - For C(feature) the feature, and then it must be said. C(NCOS), C(RNP) or a class of service as C(CFXA).
    type: str
    default: ""
  names:
    description: Show the names of telephones. They are then in the result, and in whatever keeps results.
    type: bool
    default: false
attributes:
  check_mode:
    description: It prints, and writes nothing, in check mode as without.
    support: full
  diff_mode:
    description: Nothing changes.
    support: none
seealso:
  - module: fellesdrift.core.pbx
"""

EXAMPLES = r"""
- name: Which codes lead where
  fellesdrift.core.pbx_print:
    print: steering_code

- name: The telephones of one card
  fellesdrift.core.pbx_print:
    print: set
    filter: 14 0 0

- name: What is left of the licences
  fellesdrift.core.pbx_print:
    print: licences
  register: licences

- name: Enough for ten digital telephones
  ansible.builtin.assert:
    that: licences.parsed['DIGITAL TELEPHONES'].left >= 10
"""

RETURN = """
lines:
  description: What the exchange printed, without what was typed. Of several prints one after the other.
  returned: success
  type: list
  elements: str
parsed:
  description: What they say; by key, or a list of sets with C(feature).
  returned: success
  type: raw
summary:
  description: One line for people.
  returned: success
  type: str
code:
  description: The code of the error, explained in docs/errors.
  returned: when it failed
  type: str
"""

ARGUMENT_SPEC = {
    "print": {
        "type": "str",
        "required": True,
        "choices": [
            "set",
            "name",
            "hunt_group",
            "dialling_plan",
            "attendant",
            "route",
            "digit_manipulation",
            "route_list",
            "steering_code",
            "special_number",
            "networking",
            "licences",
            "issue",
            "feature",
        ],
    },
    "filter": {"type": "str", "default": ""},
    "names": {"type": "bool", "default": False},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.pbx_print works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
