"""The demonstration: two invented boroughs, their agencies and people, and incidents at different stages.

Nothing in it is real. Addresses end in .example, telephone numbers come from the range that Ofcom keeps for drama,
and each date is relative to the day on which the demonstration is made.
"""
