"""Chaos: break devices, lines and the controller at random while a stage runs on a twin, and judge how it ends.

mishaps.py    what can go wrong, as data: what it does, whether it passes, which ending is right
drawing.py    a seed -> mishaps and the moments at which they strike
striking.py   does them to the twin and to the run, and undoes them
running.py    a playbook, watched through the journal while it runs
explained.py  what the journal says of every device, held against the device
users.py      what users noticed that the mishaps do not account for
trial.py      one seed: run, run again as an operator would, judge, mend, take back, judge again
"""

from fellesdrift.chaos.drawing import draw
from fellesdrift.chaos.trial import Outcome, Trial

__all__ = ["Outcome", "Trial", "draw"]
