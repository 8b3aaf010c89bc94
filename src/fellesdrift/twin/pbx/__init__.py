"""Simulated Succession and Meridian exchanges: the overlay dialogue, its data in memory and on disk, and its calls."""
