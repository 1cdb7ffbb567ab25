"""What is asked once within a piece of work."""

import threading

import pytest

from svit.once import once, once_each, working


@pytest.fixture
def asked():
    return []


@pytest.fixture
def doubled(asked):
    @once
    def double(number):
        asked.append(number)
        return 2 * number

    return double


@pytest.fixture
def halved(asked):
    @once_each
    def halve(numbers, extra=0):
        asked.append({*numbers})
        return {number: number // 2 + extra for number in numbers if number % 2 == 0}

    return halve


def test_outside_a_piece_of_work_nothing_is_remembered(doubled, halved, asked):
    assert (doubled(2), doubled(2), halved([4]), halved([4])) == (4, 4, {4: 2}, {4: 2})
    assert asked == [2, 2, {4}, {4}]


def test_within_it_a_question_is_asked_once_and_forgotten_after_it(doubled, asked):
    with working():
        assert [doubled(2), doubled(3), doubled(2)] == [4, 6, 4]
    with working():
        assert doubled(2) == 4
    assert asked == [2, 3, 2]


def test_of_many_keys_the_new_ones_alone_are_asked(halved, asked):
    with working():
        assert halved([2, 3, 4]) == {2: 1, 4: 2}
        assert halved((3, 4, 6)) == {4: 2, 6: 3}, "that 3 has no answer is known as well"
        assert halved({2}) == {2: 1}
        assert halved([2], 5) == {2: 6}, "another question"
    assert asked == [{2, 3, 4}, {6}, {2}]


def test_what_was_answered_is_nobodys_to_change(halved):
    with working():
        halved([2])[2] = 100
        assert halved([2]) == {2: 1}


def test_another_thread_asks_for_itself(doubled, asked):
    with working():
        doubled(2)
        thread = threading.Thread(target=doubled, args=[2])
        thread.start()
        thread.join()
    assert asked == [2, 2]
