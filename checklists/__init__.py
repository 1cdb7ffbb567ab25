"""The toolkit and local templates, an incident's items, assignment, ticks, evidence, mobilising (floor 4)."""
