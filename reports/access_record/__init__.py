"""The access record as a governance officer reads it, hands it on, and as everybody sees what is recorded of them."""
