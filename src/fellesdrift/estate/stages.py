"""A stage as data: its waves, what it needs first, what people do in it, and how long anything may take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from fellesdrift.estate.records import Model, Record, Words

# In front of a requirement: the stage of the host municipality, whichever that is.
PLATFORM = "platform"
FINALIZE = "finalize"

Count = Annotated[int, Field(strict=True, gt=0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
# before: ahead of the first wave; canary: after the canary wave; after: after the last wave; finalize: at the point of
# no return.
StepTime = Literal["before", "canary", "after", "finalize"]


class Drain(Model):
    """A state that `hosts` have only while the wave runs (users sent elsewhere, a path made the worse one); it is given
    back in every outcome. resources: kind -> key -> attribute -> value, as a fragment gives them."""

    hosts: Annotated[list[Words], Field(min_length=1)]
    resources: Annotated[dict[str, dict[str, dict[str, Any]]], Field(min_length=1)]


class Wave(Model):
    """Hosts that are changed together.

    optional   a municipality that has none of its hosts goes without it (an own exit that it never had)
    canary     it is tried first, and alone: nothing else is changed before it has been verified
    quorum     how many of its hosts must be done; None: all. The others are left behind, named
    soak       minutes of repeated verification after it; None: none
    """

    name: Words
    hosts: Annotated[list[Words], Field(min_length=1)]
    optional: bool = Field(default=False, strict=True)
    canary: bool = Field(default=False, strict=True)
    quorum: Count | None = None
    soak: Count | None = None
    drain: Drain | None = None


class ManualStep(Record):
    """What a person does and answers for. role: who, a key of `roles`. minutes: its deadline. evidence: what the note
    that goes with the answer should say; None: no note is asked for. emergency_call: emergency numbers are called."""

    id: Identifier
    title: Words
    instruction: Words
    role: Words
    when: StepTime
    minutes: Count
    evidence: Words | None = None
    emergency_call: bool = Field(default=False, strict=True)


class Soak(Model):
    """After the last wave everything is verified every `every` minutes, for `minutes`, before the stage is done."""

    minutes: Count
    every: Count


class Timeouts(Model):
    """How long anything may take, in seconds. gates: all gates of one host. wave: one host in its wave. verify: one
    round of verification of one host. Each must end while the lease that the stage holds lasts."""

    gates: Count = 120
    wave: Count = 1500
    verify: Count = 300


class Stage(Record):
    """One step of the way: a role, and the hosts in the order in which it is applied.

    requires           "STAGE" of the same municipality, "MUNICIPALITY:STAGE", "platform:STAGE" of the host municipality
    gates, rules       what every device answers, and what the estate answers (cutover/rules.py)
    owner              who approves the stage and by that its rollback, a key of `roles`
    systems            the systems that it moves; all others keep running where they are
    staying            those of the others that run on a host which the stage touches, so that this is meant
    reversible_until   FINALIZE, or the id of the manual step after which there is no way back
    """

    id: Identifier
    title: Words
    role: Words
    owner: Words | None = None
    municipalities: list[str]
    requires: list[str] = Field(default_factory=list)
    waves: Annotated[list[Wave], Field(min_length=1)]
    gates: list[str] = Field(default_factory=list)
    rules: list[str] = Field(default_factory=list)
    systems: list[str] = Field(default_factory=list)
    staying: list[str] = Field(default_factory=list)
    steps: list[ManualStep] = Field(default_factory=list)
    soak: Soak | None = None
    timeouts: Timeouts = Field(default_factory=Timeouts)
    reversible_until: Words = FINALIZE

    @property
    def role_name(self) -> str:
        """The role without its collection: fellesdrift.core.wan_link is roles/wan_link."""
        return self.role.rpartition(".")[2]

    def required(self, municipality: str, host_municipality: str) -> list[tuple[str, str]]:
        """The (municipality, stage id) pairs that must be done before this stage of `municipality`. Nobody waits for
        itself: "sande:wan_link" in wan_link makes Sande the first, and all others wait."""
        pairs = [(text, required_stage(text, municipality, host_municipality)) for text in self.requires]
        return [pair for text, pair in pairs if ":" not in text or pair != (municipality, self.id)]


def required_stage(requirement: str, municipality: str, host_municipality: str) -> tuple[str, str]:
    """The (municipality, stage id) that one entry of `requires` means for `municipality`."""
    whose, colon, stage = requirement.rpartition(":")
    if not colon:
        return municipality, stage
    return (host_municipality if whose == PLATFORM else whose), stage
