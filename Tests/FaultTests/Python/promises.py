"""What was promised and what is owed, computed again from the entries by the rules of the page "What the log says"."""

import hashlib
import re
from datetime import datetime

import entries as form

DAY = 86_400_000
END_OF_TIME = 253_402_300_799_999
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def span(value):
    """The length of a span of a policy in milliseconds."""
    if "calendarDays" in value:
        return value["calendarDays"] * DAY
    days, hours, minutes, seconds = (int(part or 0) for part in DURATION.fullmatch(value["elapsed"]).groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000


def tiers(document):
    """The tiers of a compensation policy: how much more than the deadline, and the benefits."""
    return [
        (0 if tier["over"] == "deadline" else span(tier["over"]), tier["benefits"])
        for tier in document["spec"]["model"]["tiers"]]


def holds(condition, facts):
    """Whether a condition of `appliesTo` holds (rule 1)."""
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    fact, value = facts.get(condition["fact"]), condition["value"]
    return {
        "eq": lambda: fact == value, "ne": lambda: fact != value, "in": lambda: fact in value,
        "notIn": lambda: fact not in value}[condition["op"]]()


class Book:
    """The published policies."""

    def __init__(self):
        self.versions = {}
        self.documents = {}

    def publish(self, entry):
        facts, document = entry["facts"], entry["facts"]["document"]
        metadata = document["metadata"]
        digest = hashlib.sha256(form.canonical(document).encode()).hexdigest()
        starts = datetime.fromisoformat(metadata["effectiveFrom"].replace("Z", "+00:00")).timestamp() * 1000
        place = metadata["tenant"], document["kind"], metadata["id"]
        versions = self.versions.setdefault(place, [])
        is_later = all(
            at < facts["effectiveAt"] and earlier["metadata"]["version"] < metadata["version"]
            for at, earlier, _ in versions[-1:])
        is_right = facts["hash"] == "sha256:" + digest and facts["effectiveAt"] == max(int(starts), entry["t"])
        versions.append((facts["effectiveAt"], document, facts["hash"]))
        self.documents[facts["hash"]] = document
        return is_right and is_later

    def in_force(self, tenant, kind, at):
        """The documents of a tenant and kind in force at an instant, with their hashes."""
        for place, versions in self.versions.items():
            current = [version for version in versions if version[0] <= at]
            if place[:2] == (tenant, kind) and current:
                yield current[-1][1], current[-1][2]

    def binding(self, facts):
        """The hashes of the two policies that a request is bound to (rule 1)."""
        named = {
            "request.tenant": facts["tenant"], "request.tier": facts["tier"],
            "request.type": facts.get("credentialType", "")}
        at = facts["acceptedAt"]
        for tenant in (facts["tenant"], "default"):
            levels = [
                (-document["spec"].get("priority", 0), document["metadata"]["id"], hash)
                for document, hash in self.in_force(tenant, "ServiceLevel", at)
                if holds(document["spec"]["appliesTo"], named)]
            if levels:
                _, id, hash = min(levels)
                payers = [
                    (document["metadata"]["id"], payer)
                    for document, payer in self.in_force(tenant, "Compensation", at)
                    if document["spec"]["slaRef"] == id]
                return hash, min(payers)[1] if payers else None
        return None, None


class Promise:
    """The clock of one request and what was given for it."""

    def __init__(self, entry, book, opened):
        facts = entry["facts"]
        # None when it was erased: then nobody can tell whose premium windows follow each other.
        self.holder = opened["holder"]["id"] if "holder" in opened else None
        self.rid, self.tenant, self.accepted = entry["rid"], facts["tenant"], facts["acceptedAt"]
        self.level = book.documents[facts["serviceLevel"]]
        self.payer, self.payer_hash = book.documents[facts["compensation"]], facts["compensation"]
        objective = next(item for item in self.level["spec"]["objectives"] if item["metric"] == "issue")
        self.base = self.accepted + span(objective["target"])
        self.pauses = []
        self.stop = self.breached = None
        self.void = False
        self.posted, self.announced = [], []

    def due(self):
        """The deadline as the pauses so far have moved it; None while one without an end is open."""
        moved = self.base
        for _, start, end in self.pauses:
            if end is None:
                return None
            moved += end - start
        return moved

    def owed(self, at):
        """All postings for the tiers that are reached at an instant (rules 5 to 7), in order."""
        due = self.due()
        if due is None:
            return []
        delay = min(at, self.stop if self.stop is not None else at) - due
        caps = {}
        for cap in self.payer["spec"].get("caps", []):
            unit, minor = cap["limit"]["unit"], cap["limit"]["minor"]
            caps[unit] = min(caps.get(unit, minor), minor)
        given, best, found = {}, {}, []
        for number, (over, benefits) in enumerate(tiers(self.payer)):
            for place, benefit in enumerate(benefits if delay > over else []):
                unit, minor = benefit["amount"]["unit"], benefit["amount"]["minor"]
                kind = benefit["type"], unit
                best[kind] = max(best.get(kind, 0), minor)
                more = min(best[kind], caps.get(unit, best[kind])) - given.get(kind, 0)
                if more > 0:
                    given[kind] = given.get(kind, 0) + more
                    found.append((number, place, benefit, more, due + over))
        return found

    def claim_key(self, tier, benefit):
        return hashlib.sha256(form.canonical({
            "benefit": benefit, "objective": "issue", "policy": self.payer_hash, "request": self.rid,
            "tenant": self.tenant, "tier": tier}).encode()).hexdigest()


def check(entries, openings, report, settled=None):
    """Every promise of the log. `settled` is an instant by which everything that was owed must have been posted."""
    book, promises, premium = Book(), {}, {}
    for entry in entries:
        def wrong(what):
            report("I3", f"entry {entry['seq']} ({entry['type']}): {what}")

        if entry["type"] == "policy.published":
            if not book.publish(entry):
                wrong("the policy is not the one that takes effect")
        elif entry["type"] == "request.accepted":
            facts = entry["facts"]
            if (facts["serviceLevel"], facts["compensation"]) != book.binding(facts):
                wrong("bound to policies that were not in force")
            promise = promises[entry["rid"]] = Promise(entry, book, openings.get(entry["seq"], {}))
            if not 0 <= entry["t"] - facts["acceptedAt"] <= 60_000:
                wrong("accepted long before, or after, it stands in the log")
            if facts["dueAt"] != promise.due():
                wrong("another deadline than the policy's")
        elif "rid" in entry:
            follow(promises[entry["rid"]], entry, openings.get(entry["seq"], {}), premium, wrong)
    for promise in promises.values():
        finish(promise, settled, report)
    return promises


def follow(promise, entry, opened, premium, wrong):
    facts, t = entry["facts"], entry["t"]
    kind = entry["type"]
    if promise.stop is not None and kind in ("request.approved", "request.held", "request.cancelled", "request.denied"):
        wrong("after the clock had stopped")
    if kind == "request.held":
        hold(promise, facts, t, wrong)
    elif kind == "request.resumed":
        reason, start, end = promise.pauses[-1]
        promise.pauses[-1] = reason, start, t if end is None else min(t, end)
        if facts["dueAt"] != promise.due():
            wrong(f"the deadline is {promise.due()}")
    elif kind in ("request.cancelled", "request.denied", "credential.issued") and promise.stop is None:
        promise.stop = t
        on_cancel = promise.level["spec"].get("onCancel")
        promise.void = kind == "request.cancelled" and on_cancel == "stop-clock-void"
    elif kind == "sla.breach":
        due = promise.due()
        if promise.breached is not None or due is None or facts["dueAt"] != due:
            wrong("the breach is another, or the second")
        elif min(t, promise.stop or t) <= due:
            wrong("the promise was not broken")
        promise.breached = t
        promise.announced.append((entry["seq"], "breach"))
    elif kind == "compensation.post":
        post(promise, entry, opened, premium, wrong)
        promise.announced.append((entry["seq"], "compensated"))
    elif kind == "notice.queued":
        if not promise.announced or promise.announced.pop() != (facts["about"], facts["notice"]):
            wrong("a notice of something else")


def hold(promise, facts, t, wrong):
    rules = [rule for rule in promise.level["spec"].get("pause", [])
             if (rule["reason"], rule["evidence"]) == (facts["reason"], facts["evidence"])]
    due = promise.due()
    if not rules or due is None or t > due or promise.stop is not None:
        return wrong("the clock could not be paused")
    until = None
    if "maxTotal" in rules[0]:
        used = sum(end - start for reason, start, end in promise.pauses if reason == facts["reason"])
        until = t + span(rules[0]["maxTotal"]) - used
    if facts.get("until") != until or until is not None and until <= t:
        wrong(f"the pause lasts until {until}")
    promise.pauses.append((facts["reason"], t, until))


def post(promise, entry, opened, premium, wrong):
    facts, t = entry["facts"], entry["t"]
    place = facts["tier"], facts["benefit"]
    owed = promise.owed(t)
    number = len(promise.posted)
    if promise.breached is None or number >= len(owed):
        return wrong("paid and not owed")
    tier, benefit, promised, minor, _ = owed[number]
    promise.posted.append(place)
    key = promise.claim_key(tier, benefit)
    if (place, facts["benefitType"], facts["unit"], facts["minor"], facts["claimKey"]) != (
            (tier, benefit), promised["type"], promised["amount"]["unit"], minor, key):
        wrong(f"owed is {minor} {promised['amount']['unit']} of tier {tier}")
    if facts["journal"] != journal(promise, key, promised, minor):
        wrong("the journal is not that of the payment")
    if promised["type"] == "credit":
        window = {"from": t, "until": t + span(promised["expires"])}
        if {name: facts.get(name) for name in window} != window:
            wrong(f"the credit is valid {window}")
    elif "window" in opened and promise.holder is not None:
        window, whose = opened["window"], (promise.tenant, promise.holder)
        start = max(t, premium.get(whose, t))
        premium[whose] = min(start + minor * DAY, END_OF_TIME)
        if window != {"from": start, "until": premium[whose]}:
            wrong("the premium window is another")


def journal(promise, key, promised, minor):
    unit = promised["amount"]["unit"]
    wallet = ("wallet:" if promised["type"] == "credit" else "premium:") + key
    steps = [("accrue", "expense:compensation", "provision:" + promise.rid), ("pay", "provision:" + promise.rid, wallet)]
    return [{
        "id": hashlib.sha256(f"journal v1\n{key}\n{step}".encode()).hexdigest()[:32],
        "lines": [{"account": debit, "minor": minor, "unit": unit}, {"account": credit, "minor": -minor, "unit": unit}],
    } for step, debit, credit in steps]


def finish(promise, settled, report):
    if promise.announced:
        report("I3", f"request {promise.rid}: no notice of entry {promise.announced[-1][0]}")
    if settled is None or promise.void:
        return
    missing = promise.owed(settled)[len(promise.posted):]
    if missing:
        report("I3", f"request {promise.rid}: {len(missing)} payments were owed at {settled} and not made")
