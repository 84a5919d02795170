"""Rules 20 to 22 and 77 to 79 once more, from the pages: zones, working calendars, and which of two versions is better.

Milliseconds since 1970 everywhere. Slow and plain: pieces of constant offset, and windows cut by them.
"""
import datetime
import re

DAY = 86_400_000
FOREVER = 253_402_300_799_999
EPOCH = datetime.date(1970, 1, 1)


def length(text):
    hours, minutes, seconds = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text).groups(default="0")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000


def day_of(moment, year):
    """The date of a rule's start or end in a year, in days since 1970."""
    first = (datetime.date(year, 1, 1) - EPOCH).days
    if "julian" in moment:
        leap = (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days == 366
        return first + moment["julian"] - 1 + (1 if leap and moment["julian"] > 59 else 0)
    if "day" in moment:
        return first + moment["day"]
    month = datetime.date(year, moment["month"], 1)
    after = datetime.date(year + moment["month"] // 12, moment["month"] % 12 + 1, 1)
    days = [(month - EPOCH).days + number for number in range((after - month).days)]
    # 1970-01-01 was a Thursday, 4 where Sunday is 0.
    days = [day for day in days if (day + 4) % 7 == moment["weekday"]]
    return days[-1] if moment["week"] == 5 else days[moment["week"] - 1]


class Zone:
    def __init__(self, facts):
        self.initial, self.rule = facts["initial"] * 1000, facts["rule"]
        self.listed = [(at * 1000, offset * 1000) for at, offset in facts["transitions"]]

    def changes(self, start, end):
        """[(from, offset)] of the pieces that cover a stretch of time."""
        year = (EPOCH + datetime.timedelta(days=start // DAY)).year - 2
        last = (EPOCH + datetime.timedelta(days=end // DAY)).year + 2
        standard, saving = self.rule["standard"] * 1000, self.rule.get("saving")
        found = []
        for number in range(year, last + 1) if saving else []:
            begin = day_of(saving["start"], number) * DAY + saving["start"]["second"] * 1000 - standard
            ends = [
                day_of(saving["end"], number + more) * DAY + (saving["end"]["second"] - saving["offset"]) * 1000
                for more in (0, 1)
            ]
            found.append((begin, saving["offset"] * 1000))
            found.append((min(end for end in ends if end > begin), standard))
        handover = self.listed[-1][0] if self.listed else None
        if handover is None:
            return [(-FOREVER, standard)] + sorted(found)
        after = [change for change in sorted(found) if change[0] > handover]
        return [(-FOREVER, self.initial)] + self.listed + after

    def pieces(self, start, end):
        """[(from, to, offset)] in order."""
        changes = self.changes(start, end)
        ends = [change[0] for change in changes[1:]] + [FOREVER]
        return [(at, to, offset) for (at, offset), to in zip(changes, ends) if to > start and at < end]

    def showing(self, wall):
        """The first instant at which the wall clock shows that much since 1970, or more."""
        for at, to, offset in self.pieces(wall - 3 * DAY, wall + 3 * DAY):
            if to + offset > wall:
                return max(at, wall - offset)


class Calendar:
    def __init__(self, spec, zone):
        self.zone = zone
        names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        self.week = [self.windows(spec["week"].get(name, [])) for name in names]
        self.exceptions = {
            (datetime.date.fromisoformat(one["date"]) - EPOCH).days: self.windows(one["windows"])
            for one in spec.get("exceptions", [])
        }

    @staticmethod
    def windows(pairs):
        return [tuple((int(text[:2]) * 60 + int(text[3:])) * 60_000 for text in pair) for pair in pairs]

    def on(self, day):
        return self.exceptions.get(day, self.week[(day + 3) % 7])

    def open(self, start, end):
        """Every stretch of working time between two instants, in order."""
        for at, to, offset in self.zone.pieces(start, end):
            low, high = max(at, start), min(to, end)
            for day in range((low + offset) // DAY, (high + offset) // DAY + 1):
                for opening, closing in self.on(day):
                    one = max(day * DAY + opening - offset, low), min(day * DAY + closing - offset, high)
                    if one[0] < one[1]:
                        yield one

    def working(self, start, end):
        return sum(to - at for at, to in self.open(start, end))

    def hours(self, day):
        stretches = [
            (max(day * DAY + opening - offset, at), min(day * DAY + closing - offset, to))
            for at, to, offset in self.zone.pieces((day - 2) * DAY, (day + 3) * DAY) for opening, closing in self.on(day)
        ]
        stretches = [(at, to) for at, to in stretches if at < to]
        return (min(at for at, _ in stretches), max(to for _, to in stretches)) if stretches else None


def end(span, start, calendar):
    """Where a span ends; without a calendar in UTC, where all time is working time."""
    if "elapsed" in span:
        return start + length(span["elapsed"])
    if "business" in span:
        left = length(span["business"])
        if calendar is None:
            return start + left
        for at, to in calendar.open(start, start + 3660 * DAY):
            if to - at >= left:
                return at + left
            left -= to - at
    if "calendarDays" in span:
        if calendar is None:
            return start + span["calendarDays"] * DAY
        offset = calendar.zone.pieces(start, start + 1)[0][2]
        return calendar.zone.showing(start + offset + span["calendarDays"] * DAY)
    left = span["workingDays"]
    if calendar is None:
        return (-(-start // DAY) + left) * DAY
    day = start // DAY - 3
    while True:
        hours = calendar.hours(day)
        if hours and hours[0] >= start:
            left -= 1
            if left == 0:
                return hours[1]
        day += 1


def moved(due, span, start, to, calendar):
    """A deadline moved by a pause."""
    if "elapsed" in span or "calendarDays" in span or calendar is None:
        return due + to - start
    taken = calendar.working(start, to)
    return due if taken == 0 else end({"business": "PT%dS" % (taken // 1000)}, due, calendar) + taken % 1000


def is_better(later, bound, due, calendar):
    """Rule 79."""
    def rest(spec):
        kept = {key: value for key, value in spec.items() if key not in ("earlierRequests", "model")}
        return kept, {key: value for key, value in spec["model"].items() if key != "tiers"}

    if rest(later) != rest(bound) or later["model"]["kind"] not in ("pocket-fit", "tiered"):
        return False
    origin = end(later["measure"]["grace"], due, calendar) if "grace" in later["measure"] else due
    gifts = []
    for spec in (bound, later):
        found = []
        for tier in spec["model"]["tiers"]:
            last = origin if tier["over"] == "deadline" else end(tier["over"], origin, calendar)
            for benefit in tier["benefits"]:
                if tier.get("severityAtLeast", "minor") != "minor" or benefit["type"] not in (
                        "credit", "premium-extension"):
                    return False
                unit, minor = benefit["amount"]["unit"], benefit["amount"]["minor"]
                caps = [
                    cap["limit"]["minor"] for cap in spec["caps"]
                    if cap["scope"] == "request" and cap["limit"]["unit"] == unit
                ]
                expires = end(benefit["expires"], 0, None) if "expires" in benefit else FOREVER
                found.append(
                    (last, (benefit["type"], unit), min([minor] + caps), expires, benefit["class"] == "guaranteed"))
        gifts.append(found)
    for _, (kind, _), _, expires, guaranteed in gifts[0]:
        for _, (other, _), _, still, remains in gifts[1]:
            if kind == other and (still < expires or guaranteed and not remains):
                return False
    more = False
    for last in {gift[0] for gift in gifts[0] + gifts[1]}:
        before, after = [
            {key: max(gift[2] for gift in found if gift[1] == key and gift[0] <= last)
             for key in {gift[1] for gift in found if gift[0] <= last}} for found in gifts
        ]
        if any(after.get(key, 0) < minor for key, minor in before.items()):
            return False
        more = more or any(minor > before.get(key, 0) for key, minor in after.items())
    return more
