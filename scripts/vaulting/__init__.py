"""Encrypted values of an estate: made, found in its files, encrypted anew."""
