"""What several families do in the same way."""

from tests.faults.people import Person

PASSWORD = "one long passphrase of these tests"
AGENCIES = ("police", "hospital", "children", "youth", "school", "victims", "voluntary", "housing")


def signed_in(house, kind=Person):
    """One of each agency at a browser."""
    people = [kind(house, f"127.0.3.{number + 1}") for number in range(len(AGENCIES))]
    return [
        person.sign_in(f"{name}@northmere.example", PASSWORD)
        for name, person in zip(AGENCIES, people, strict=True)
    ]


def finished(house, size):
    """All that was said was sent as well. What a killed worker had in hand waits three minutes, or as if."""
    if size.real_leases:
        house.drain(seconds=400)
        house.stop_workers()
        return
    house.stop_workers()
    house.leases_end()
    house.start_workers("worker1")
    house.drain(seconds=150)
    house.stop_workers()
