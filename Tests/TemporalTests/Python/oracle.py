"""Deadlines by another hand: Python's own zoneinfo, and counting in small steps.

Reads one case a line (JSON) from standard input, writes one deadline a line: milliseconds since 1970.
Nothing here knows how the Swift room counts. A stretch of a quarter of an hour at both ends of which the offset is the
same is one stretch; any other is taken second by second. Times of day are minutes.
"""
import datetime
import json
import sys
import zoneinfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000
STEP = 900_000


class Calendar:
    def __init__(self, case):
        self.zone = zoneinfo.ZoneInfo(case["zone"])
        self.week = case["week"]
        self.exceptions = case["exceptions"]

    def offset(self, second):
        """Milliseconds that the wall clock is ahead of UTC."""
        moment = EPOCH + datetime.timedelta(seconds=second)
        return int(moment.astimezone(self.zone).utcoffset().total_seconds()) * 1000

    def windows(self, day):
        date = (EPOCH + datetime.timedelta(days=day)).date()
        found = self.exceptions.get(date.isoformat())
        return self.week[date.weekday()] if found is None else found

    def stretches(self, start, end):
        """Pieces of [start, end) with one offset each."""
        at = start
        while at < end:
            stop = min((at // STEP + 1) * STEP, end)
            first = self.offset(at // 1000)
            if first == self.offset((stop - 1) // 1000):
                yield at, stop, first
            else:
                while at < stop:
                    second = min((at // 1000 + 1) * 1000, stop)
                    yield at, second, self.offset(at // 1000)
                    at = second
            at = stop

    def open(self, start, end):
        """(day, from, to) of all that counts in [start, end)."""
        for begin, stop, offset in self.stretches(start, end):
            day = (begin + offset) // DAY
            while day * DAY - offset < stop:
                for opens, closes in self.windows(day):
                    low = max(day * DAY + opens * 60_000 - offset, begin)
                    high = min(day * DAY + closes * 60_000 - offset, stop)
                    if low < high:
                        yield day, low, high
                day += 1


def outside(low, high, pauses):
    """What is left of [low, high)."""
    for begin, end in sorted(pauses):
        if end <= low or begin >= high:
            continue
        if begin > low:
            yield low, begin
        low = max(low, end)
        if low >= high:
            return
    if low < high:
        yield low, high


def run(pieces, length, pauses):
    """The first instant before which that much of the pieces lies outside the pauses."""
    for low, high in pieces:
        for begin, end in outside(low, high, pauses):
            if end - begin >= length:
                return begin + length
            length -= end - begin
    raise ValueError("never")


def forever(calendar, start):
    at = start
    while True:
        for _, low, high in calendar.open(at, at + 4 * DAY):
            yield low, high
        at += 4 * DAY


def business(calendar, start, length, pauses):
    return run(forever(calendar, start), length, pauses)


def elapsed(start, length, pauses):
    return run([(start, start + 100_000 * DAY)], length, pauses)


def calendar_days(calendar, start, days):
    local = (EPOCH + datetime.timedelta(milliseconds=start)).astimezone(calendar.zone)
    wall = local.replace(tzinfo=None, fold=0) + datetime.timedelta(days=days)
    found = wall.replace(tzinfo=calendar.zone, fold=0).astimezone(UTC)
    at = round((found - EPOCH) / datetime.timedelta(milliseconds=1))
    shown = found.astimezone(calendar.zone).replace(tzinfo=None, fold=0)
    if shown == wall:
        return at
    # The time was skipped, and zoneinfo took the offset before the gap: back to the second in which it changed.
    second = at // 1000
    after = calendar.offset(second)
    while calendar.offset(second - 1) == after:
        second -= 1
    return second * 1000


def working_days(calendar, start, days):
    day = start // DAY - 3
    while True:
        parts = [(low, high) for d, low, high in calendar.open((day - 2) * DAY, (day + 3) * DAY) if d == day]
        if parts and min(parts)[0] >= start:
            days -= 1
            if days == 0:
                return max(high for _, high in parts)
        day += 1


def due(case):
    calendar, start, pauses = Calendar(case), case["start"], case["pauses"]
    (kind, value), = case["span"].items()
    if kind == "elapsed":
        return elapsed(start, value, pauses)
    if kind == "business":
        return business(calendar, start, value, pauses)
    # Whole days: as long as they are without pauses, and then that much outside the pauses.
    if kind == "calendarDays":
        return elapsed(start, calendar_days(calendar, start, value) - start, pauses)
    end = working_days(calendar, start, value)
    length = sum(high - low for _, low, high in calendar.open(start, end))
    return business(calendar, start, length, pauses)


for line in sys.stdin:
    print(due(json.loads(line)))
