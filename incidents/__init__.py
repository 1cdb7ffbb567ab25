"""The incident, engagement and access, the log, the access record, Record, Entry and stored files (floor 3)."""
