"""What an act on people and clocks did, as the page says it afterwards."""

from response.models import AttemptOutcome
from response.queries.clocks import lead_words, met_words, what
from svit import clock
from svit.templatetags.svit import when_short


def contact_words(person, attempt):
    """What recording an attempt or a contact did: which clocks it met, and which run on, and why."""
    made = attempt.outcome == AttemptOutcome.MADE
    words = [f"{'Contact with' if made else 'Attempt to reach'} {person.label} recorded."]
    if attempt.met:
        words.append(f"Met: {'; '.join(f'{what(row)} ({met_words(row).lower()})' for row in attempt.met)}.")
    if attempt.early:
        which = "; ".join(f"{what(row)} (from {when_short(row.started_at)})" for row in attempt.early)
        words.append(f"It was before the start of a clock, which runs on: {which}.")
    return " ".join(words)


def told_words(person, row):
    """What recording did that MASH was told, or that what a clock asks for is done."""
    done = f"{row.name}: done." if row.rule_id else "recorded that MASH or the emergency duty team was told."
    if row.met_at:
        return f"{person.label}: {done} The clock is met ({met_words(row).lower()})."
    return f"{person.label}: {done} It was before the clock's start, {when_short(row.started_at)}, so it runs on."


def act_words(act, person, row):
    """What an act on a clock did, as the person's page says it afterwards."""
    row.person = person
    if act == "told":
        return told_words(person, row)
    which = f"{person.label}, {what(row)}"
    if act == "assign":
        return f"{which}: with {row.agency}{f', {row.worker.name}' if row.worker else ''}."
    if act == "miss":
        return f"{which}: cause and new plan saved."
    return f"{which}: runs from {when_short(row.started_at)}. {lead_words(row, clock.now())}."


def referral_words(person, referral):
    """What recording a referral did."""
    words = f"{person.label}: referral recorded."
    if referral.met:
        return f"{words} Met: {'; '.join(f'{what(row)} ({met_words(row).lower()})' for row in referral.met)}."
    return words


def handed_over_words(people):
    """Who was handed over."""
    if len(people) == 1:
        return f"{people[0].label} was handed over. The clocks run on."
    return f"{len(people)} people were handed over. Their clocks run on."


def change_words(before, after):
    """What a change of a person's record did to the clocks."""
    words = f"{after.label}: saved."
    if after.died_at and not before.died_at:
        return f"{words} The contact clocks have ended."
    if before.died_at and not after.died_at:
        return f"{words} The contact clocks that the death ended run again."
    return words
