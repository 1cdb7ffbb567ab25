"""What the phases record: people and contact clocks, and the acts that span rooms below (floor 5)."""
