"""What happens in the demonstration."""


def happen(boroughs):
    """Placeholder until the rooms are there."""
