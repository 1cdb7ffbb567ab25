"""The seven families of faults, a module each, with `run(house, world, size) -> Figures` and a TITLE."""
