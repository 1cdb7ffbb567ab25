"""Reads CSV files of the set-up: what each would make, and what is wrong with which line. Nothing is written."""
