#!/usr/bin/python
"""Documentation and arguments of the action `stage`; the work is done in plugins/action/stage.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: stage
short_description: Open, decide and close a stage of a municipality's move
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - The events of a stage, in the order in which C(playbooks/cutover.yml) and C(playbooks/rollback.yml) use them. Each
    one
    checks first and then writes one record to the estate's journal.
  - In check mode nothing is written and no lease is taken.
options:
  event:
    description:
      - C(pending) lists the stages that are not done.
      - C(open) opens or resumes a stage, C(open_rollback) opens its way back. Both take the leases.
      - C(gates) judges the answers that M(fellesdrift.core.stage_observe) had from every host, and what the estate
        answers to the rules of the stage.
      - C(failed) turns a stage back, C(settle) ends the way back as rolled back, stopped or held.
      - C(rollback_order) lists the stages that are taken back, each before what it stands on.
      - C(open_reconcile) lists the hosts of a held stage that are to be read again, and reads O(answers) as a whole
        where O(choice) is C(continue); C(reconcile) judges what the hosts said and writes the choice down.
      - C(close) ends a stage as done.
      - C(ask) asks the manual steps of one moment (O(when)) and waits for their answers. One that does not pass stops
        the stage.
      - C(wave_begun) and C(wave_ended) frame a wave. C(soak_begun), C(soak_waited), C(soak_checked) and C(soak_ended)
        are the rounds of a soak; C(soak_checked) judges what M(fellesdrift.core.stage_observe) found on every host.
      - C(open_finalize) takes the leases of a stage that is done, C(finalize) declares that there is no way back.
    type: str
    required: true
    choices:
      - pending
      - open
      - gates
      - failed
      - close
      - open_rollback
      - settle
      - rollback_order
      - open_reconcile
      - reconcile
      - ask
      - wave_begun
      - wave_ended
      - soak_begun
      - soak_waited
      - soak_checked
      - soak_ended
      - open_finalize
      - finalize
  municipality:
    description: The municipality's key in C(fellesdrift_municipalities).
    type: str
    required: true
  stage:
    description: The stage's id in C(fellesdrift_stages). With C(pending), only this one.
    type: str
  run:
    description: What C(open) or C(open_rollback) returned.
    type: dict
  also:
    description: Stages that are taken as completed, for a plan of several stages in a row.
    type: list
    elements: str
    default: []
  new_plan:
    description: Resume a stage although its plan, or the version of the code, is another one than it was begun with.
    type: bool
    default: false
  choice:
    description: What to do with a held stage, with C(open_reconcile) and C(reconcile). Without it nothing is written.
    type: str
    choices: [continue, back]
  when:
    description: The moment whose manual steps are asked.
    type: str
    choices: [before, canary, after, finalize]
    default: before
  answers:
    description: A file with the answers to the manual steps, for an unattended run; C(simulated) in a rehearsal.
    type: str
  wave:
    description: The name of the wave; empty for the soak after the last one.
    type: str
  round:
    description: Which round of a soak; C(0) is the one verification of a canary, right after its wave.
    type: int
    default: -1
  window:
    description:
      - Whether the stage's change windows bind. By default they do on a production estate, and not on a twin of one.
      - With C(overridden), rules of the window that do not pass are written down with O(window_reason) and do not stop
        the stage.
    type: str
    choices: [planned, overridden]
  window_reason:
    description: Why the window is overridden; needed for that.
    type: str
  reason:
    description: Why the stage failed, or is finalized, for the journal.
    type: str
    default: a task failed
attributes:
  check_mode:
    description: Can run in check mode and write nothing.
    support: full
seealso:
  - module: fellesdrift.core.network_device
  - module: fellesdrift.core.stage_observe
"""

EXAMPLES = """
- name: Open the stage
  fellesdrift.core.stage:
    event: open
    municipality: sande
    stage: wan_link
  run_once: true
  register: stage_run
"""

RETURN = """
stages:
  description: The stages that are not done; those that are to be taken back.
  returned: event is pending or rollback_order
  type: list
  elements: str
hosts:
  description: The hosts that the stage changes, in order.
  returned: event is open or open_rollback
  type: list
  elements: str
waves:
  description: Name and hosts of each wave; on the way back the touched hosts only, in reverse.
  returned: event is open, open_rollback or failed
  type: list
  elements: dict
desired:
  description: The desired resources of each host.
  returned: event is open
  type: dict
probes:
  description: The probes of each observer.
  returned: event is open or open_rollback
  type: dict
flows:
  description: The rows of the zone policy that decide at each host, as M(fellesdrift.core.network_device) takes them.
  returned: event is open or open_rollback
  type: dict
permit:
  description: What the writing tasks show; it is checked against the journal at every step. Empty in check mode.
  returned: event is open, open_rollback or failed
  type: dict
before:
  description: The recorded before of each touched host.
  returned: event is open_rollback or failed
  type: dict
after:
  description: The recorded after of each touched host.
  returned: event is open_rollback or failed
  type: dict
drained:
  description: The hosts that an earlier run, or a wave that was cut off, has drained.
  returned: event is open, open_rollback or failed
  type: list
  elements: str
changing:
  description: What each host is changed to, by a wave or by its drain.
  returned: event is open
  type: dict
rule_facts:
  description: What of the estate the rules of the stage look at, for C(gates).
  returned: event is open
  type: dict
next:
  description: What to type next.
  returned: event is settle
  type: str
choice:
  description: What was chosen for a held stage.
  returned: event is reconcile
  type: str
results:
  description: What each host of a held stage is now, before, after, between, other or unknown.
  returned: event is reconcile
  type: list
  elements: dict
stopping:
  description: The gates that did not pass.
  returned: event is gates
  type: list
  elements: dict
state:
  description: Where the stage stands.
  returned: event is settle or close
  type: str
held:
  description: The desired resources of every host of the municipality and of the platform at the completed stages.
  returned: event is pending
  type: dict
planning:
  description: Whether nothing is written (check mode).
  returned: event is pending, open or open_rollback
  type: bool
touched:
  description: The hosts that an earlier run of the stage changed.
  returned: event is open, open_rollback or failed
  type: list
  elements: str
reason:
  description: Why the stage failed or is held.
  returned: event is failed or settle
  type: str
manual:
  description: The manual steps that were asked; step, title, answer, simulated, evidence and earlier of each.
  returned: event is ask
  type: list
  elements: dict
soak:
  description: C(minutes) and C(every) of the soak after the last wave, if there is one.
  returned: event is open or open_finalize
  type: dict
wait_speed:
  description: How many times as fast the stage's waits pass; 1 but on a twin.
  returned: event is open or open_finalize
  type: float
asks:
  description: The moments at which the stage has manual steps.
  returned: event is open or open_finalize
  type: list
  elements: str
left:
  description: The hosts that were left behind.
  returned: event is wave_ended
  type: list
  elements: str
rounds:
  description: The numbers of the rounds that are to be run.
  returned: event is soak_begun
  type: list
  elements: int
asked:
  description: The hosts that are asked in every round; RV(hosts) are those of them that the stage changes.
  returned: event is soak_begun
  type: list
  elements: str
timeouts:
  description: Seconds that the gates, a wave and a verification may take on one host.
  returned: event is open or open_finalize
  type: dict
summary:
  description: One line for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "event": {
        "type": "str",
        "required": True,
        "choices": [
            "pending",
            "open",
            "gates",
            "failed",
            "close",
            "open_rollback",
            "settle",
            "rollback_order",
            "open_reconcile",
            "reconcile",
            "ask",
            "wave_begun",
            "wave_ended",
            "soak_begun",
            "soak_waited",
            "soak_checked",
            "soak_ended",
            "open_finalize",
            "finalize",
        ],
    },
    "municipality": {"type": "str", "required": True},
    "stage": {"type": "str"},
    "run": {"type": "dict"},
    "also": {"type": "list", "elements": "str", "default": []},
    "new_plan": {"type": "bool", "default": False},
    "choice": {"type": "str", "choices": ["continue", "back"]},
    "when": {"type": "str", "choices": ["before", "canary", "after", "finalize"], "default": "before"},
    "answers": {"type": "str"},
    "wave": {"type": "str"},
    "round": {"type": "int", "default": -1},
    "window": {"type": "str", "choices": ["planned", "overridden"]},
    "window_reason": {"type": "str"},
    "reason": {"type": "str", "default": "a task failed"},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.stage works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
