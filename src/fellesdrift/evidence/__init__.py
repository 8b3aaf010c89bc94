"""The evidence of one attempt at a stage: what was done, what it rests on, and what proves that nothing was left out.

    gather(estate, journal, municipality, stage, attempt=None, now=...) -> Evidence
    Evidence.as_json()      schema SCHEMA, docs/cutover.md
    page.page(evidence)     one HTML file without outside resources

Everything comes from the journal and from the transcripts beside it; no device is asked and nothing is judged anew.
"""

from fellesdrift.evidence.gathering import gather
from fellesdrift.evidence.model import SCHEMA, Evidence

__all__ = ["SCHEMA", "Evidence", "gather"]
