"""How pages say that something is not to be shared further."""

from incidents import access

NOT_FURTHER = "Do not share further"


def sharing_of(seen, entry):
    """What a record's page says of it: the `stop`, if any, and what the actor may do about it."""
    stop = access.stop_on(entry) if entry.not_further else None
    live = seen.incident.live
    return {
        "stop": stop,
        "may_stop_sharing": live and stop is None and access.may_stop_sharing(seen, entry),
        "may_share_again": live and stop is not None and access.may_share_again(seen, stop),
    }
