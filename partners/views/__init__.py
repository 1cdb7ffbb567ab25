"""Pages of the account and of the set-up."""
