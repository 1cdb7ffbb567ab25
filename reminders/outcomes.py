"""Why a delivery failed: a word of the program in its row, and what a person reads of it."""

BAD_ADDRESS = "bad address"
OFF = "off"
REFUSED = "refused"  # and the server's number

WORDS = {
    BAD_ADDRESS: "Nothing is sent to this address, because it was refused before",
    OFF: "This way of sending is switched off here, or the person took the number back",
    REFUSED: "The mail server refused the address for good",
    "undelivered": "GOV.UK Notify could not deliver to this address or number",
    "impossible": "GOV.UK Notify says that this is no address or number",
    "temporary-failure": "The mailbox was full or the telephone off, for three days",
    "technical-failure": "GOV.UK Notify had a fault between it and the network",
    "BadRequestError": "GOV.UK Notify did not take it: whoever runs the service looks at key and template",
    "ValidationError": "GOV.UK Notify did not take it: whoever runs the service looks at key and template",
    "SMTPRecipientsRefused": "The mail server did not take the address each time it was tried",
    "SMTPDataError": "The mail server did not take the message each time it was tried",
    "SMTPSenderRefused": "The mail server does not let SVIT send: whoever runs the service looks at it",
}


def in_words(outcome: str) -> str:
    """A sentence without its full stop."""
    return WORDS.get(outcome.partition(" ")[0], "") or WORDS.get(
        outcome, "The server did not take it each time it was tried"
    )
