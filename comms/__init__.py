"""The communications phase: what is said, by whom and with whose agreement (floor 6)."""
