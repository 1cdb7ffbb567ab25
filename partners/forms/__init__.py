"""Forms of the set-up and account pages: they validate, the actions save."""
