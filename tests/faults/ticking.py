"""People of eight agencies who tick, and write down what was acknowledged."""

import random
from collections import Counter
from urllib.parse import urlsplit

from tests.faults.people import Form, Together

URLS = {"action": "done", "recurring": "check"}


class Ticking(Together):
    """Each works through the items of the agency: opens the page, sends its form, again until it is answered.

    `acknowledged` is what was answered as done; what is sent again carries the form as it was first opened.
    """

    def __init__(self, people, incident, items, pause=0.15):
        super().__init__(people, self._tick)
        self.incident, self.items, self.pause = incident, list(items), pause
        self.acknowledged, self.asked, self.strange = [], [], []

    def _tick(self, number, person):
        for uuid, kind in self.items[number]:
            page = f"/incidents/{self.incident}/checklist/{uuid}/"
            form = self._until(person, "GET", page, {200})
            if form is None:
                return
            self.asked.append(uuid)
            answer = self._until(person, "POST", f"{page}{URLS[kind]}/", {302}, Form(form.text).values)
            if answer is None:
                return
            if urlsplit(answer.headers["Location"]).path.startswith("/account/"):
                self.strange.append("a session ended")
                return
            self.acknowledged.append(uuid)
            self.over.wait(self.pause * (0.5 + random.random()))

    def _until(self, person, method, path, good, data=None):
        """The answer, however often it takes; None where the run is over."""
        while not self.over.is_set():
            answer = person.ask(method, path, data)
            if answer.status in good:
                return answer
            if not answer.failed:
                self.strange.append(f"{method} was answered {answer.status}")
            self.over.wait(0.3)
        return None

    def count(self, figures, logged, done):
        """Compare with the database: `logged` is how often each item stands in the log, `done` which are ticked."""
        logged = Counter(logged)
        lost = [uuid for uuid in self.acknowledged if not logged[uuid] or uuid not in done]
        twice = [uuid for uuid in self.asked if logged[uuid] > 1]
        figures.ticks += len(self.acknowledged)
        figures.lost += len(lost)
        figures.ticks_doubled += len(twice)
        figures.hold(not lost, f"{len(lost)} acknowledged ticks lost")
        figures.hold(not twice, f"{len(twice)} ticks doubled")
        figures.hold(not self.strange, f"ticking met: {Counter(self.strange).most_common(3)}")
        figures.hold(self.acknowledged, "nobody ticked, so nothing is proved")
