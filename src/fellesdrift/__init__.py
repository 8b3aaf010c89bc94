"""Move municipalities onto one shared platform, stage by stage, and know every morning that they are still there."""

__version__ = "0.1.0"
