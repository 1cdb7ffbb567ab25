"""Users, agencies, partnerships, membership and roles, the Actor, directory, on-call (floor 2)."""
