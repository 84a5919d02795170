#!/usr/bin/env python3
"""What a log owes, computed a third time: in another language, by somebody who read the pages and no code.

Reads entries, one JSON object a line, from standard input; prints what is wrong, one sentence a line, and then what was
given in all, by type and unit. Ends with 1 when something is wrong. Standard library only; fractions are exact.

    python3 naive_settlement.py [--at MILLISECONDS] < entries.jsonl

Rules 1 to 9 of "What the log says", 20 to 24 of "Clocks", 25 to 29 of "Benefits", 74 to 76 of "A further check", 77 and
79 of "Working time" (with the module beside this one), and as much of "Incidents" as says what an incident says of its
requests. Premium windows, budgets, caps wider than a request, and claims are not looked at.
"""
import hashlib
import json
import sys
from fractions import Fraction

sys.dont_write_bytecode = True
import naive_calendar as clocks

DAY = 86_400_000
SEVERITIES = ["minor", "major", "critical"]
UNCOUNTED = {"apology", "assurance-upgrade"}
SPENDABLE = {"credit", "free-issuance", "coupon"}
OF_PRICE = {"cash-refund", "fee-waiver"}
FOREVER = 253_402_300_799_999
ACCOUNTS = {
    "credit": "wallet:%s", "free-issuance": "wallet:%s", "premium-extension": "premium:%s", "coupon": "coupon:%s",
    "fee-waiver": "fee-note:%s", "cash-refund": "cash:clearing",
}


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def span(value):
    """A span that needs no calendar, as a length."""
    return value["calendarDays"] * DAY if "calendarDays" in value else clocks.length(value["elapsed"])


def holds(condition, facts):
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    left, op, right = facts.get(condition["fact"]), condition["op"], condition["value"]
    if op in ("eq", "ne", "in", "notIn"):
        among = left is not None and (left in right if op in ("in", "notIn") else left == right)
        return among == (op in ("eq", "in"))
    if left is None:
        return False
    if condition["fact"] == "incident.severity":
        left, right = SEVERITIES.index(left), SEVERITIES.index(right)
    return {"lt": left < right, "le": left <= right, "gt": left > right, "ge": left >= right}[op]


def tiers_of(model):
    """[(over, least severity, whether time since the deadline counts, benefits)]"""
    if model["kind"] in ("pocket-fit", "tiered"):
        trust = model.get("trust", []) if model["kind"] == "pocket-fit" else []
        return [
            (None if tier["over"] == "deadline" else tier["over"],
             SEVERITIES.index(tier.get("severityAtLeast", "minor")), False,
             tier["benefits"] + (trust if index == 0 else []))
            for index, tier in enumerate(model["tiers"])
        ]
    if model["kind"] == "personalised":
        return [({"elapsed": "PT%dS" % (span(model["decideWithin"]) // 1000)}, 0, True, model["onTimeout"])]
    return [(None, 0, False, model["benefits"])]


def whole(amount, spec, unit):
    """Rounded once, to a multiple of the quantum."""
    rounding = spec.get("rounding", {"mode": "up-for-customer"})
    quantum = 1 if unit in ("DAYS", "ISSUANCES", "TIMES", "CHECKS") else rounding.get("quantumMinor", 1)
    parts = amount / quantum
    if rounding["mode"] == "half-even":
        return round(parts) * quantum
    return (parts.__floor__() if rounding["mode"] == "down" else parts.__ceil__()) * quantum


def worth(benefit, part, spec, price):
    """(unit, minor) that one benefit comes to; None when it is nothing."""
    kind = benefit["type"]
    if kind in UNCOUNTED:
        return ("CHECKS" if kind == "assurance-upgrade" else "TIMES"), 1
    if "shareOfPrice" in benefit:
        if price is None:
            return None
        unit = price["unit"]
        amount = price["minor"] * Fraction(benefit["shareOfPrice"]["num"], benefit["shareOfPrice"]["den"])
    else:
        unit, amount = benefit["amount"]["unit"], Fraction(benefit["amount"]["minor"])
    amount *= part
    limits = [
        cap["limit"]["minor"] for cap in spec["caps"] if cap["scope"] == "request" and cap["limit"]["unit"] == unit
    ]
    if kind in OF_PRICE:
        limits.append(price["minor"] if price and price["unit"] == unit else 0)
    minor = min([whole(min([amount] + limits), spec, unit)] + limits)
    return (unit, minor) if minor > 0 else None


def claims(spec, facts, due, until, now, stopped, calendar):
    """[(tier, benefit, the benefit, unit, sum of its type so far)] in the order of the policy."""
    rules = {rule["cause"]: rule["treat"] for rule in spec["eligibility"]["causes"]}
    treat = rules.get(facts["incident.cause"], "full")
    part = {"full": Fraction(1), "hold-for-review": Fraction(1), "none": Fraction(0)}[treat] if isinstance(
        treat, str) else Fraction(treat["num"], treat["den"])
    measure = spec["measure"]
    if until <= due or part == 0 or not holds(spec["eligibility"]["require"], facts):
        return []
    if measure["whenUnresolved"] == "on-resolution" and not stopped:
        return []
    origin = clocks.end(measure["grace"], due, calendar) if "grace" in measure else due
    found, sums = [], {}
    for index, (over, severity, since_due, benefits) in enumerate(tiers_of(spec["model"])):
        since = due if since_due else origin
        reached = (now if since_due else until) > (clocks.end(over, since, calendar) if over else since)
        if not reached or SEVERITIES.index(facts["incident.severity"]) < severity:
            continue
        for position, benefit in enumerate(benefits):
            amount = worth(benefit, part, spec, facts["price"])
            if amount is None:
                continue
            sums[benefit["type"]] = max(sums.get(benefit["type"], 0), amount[1])
            found.append((index, position, benefit, amount[0], sums[benefit["type"]]))
    if spec["stacking"]["withinRequest"] == "once":
        last = {claim[2]["type"]: claim[0] for claim in found}
        found = [claim for claim in found if last[claim[2]["type"]] == claim[0]]
    return found


class Request:
    def __init__(self, facts, level, policy, calendar):
        self.facts, self.level, self.policy, self.calendar = facts, level, policy, calendar
        self.target = level["objectives"][0]["target"]
        self.due = clocks.end(self.target, facts["acceptedAt"], calendar)
        self.stop = self.pause = None
        self.void = self.broken = False
        self.used, self.given, self.count = {}, {}, {}
        self.incident = None
        self.upgrade = self.issued = self.passed = None

    def end_pause(self, t):
        if self.pause:
            reason, start, until = self.pause
            end = min(t, until) if until is not None else t
            self.used[reason] = self.used.get(reason, 0) + end - start
            self.due = clocks.moved(self.due, self.target, start, end, self.calendar)
            self.pause = None

    def due_at(self, t):
        """None while an open pause without an end runs."""
        if self.pause and self.pause[2] is None:
            return None
        if self.pause is None:
            return self.due
        return clocks.moved(self.due, self.target, self.pause[1], self.pause[2], self.calendar)

    def hold(self, facts, t):
        rule = next(r for r in self.level["pause"] if r["reason"] == facts["reason"])
        until = t + span(rule["maxTotal"]) - self.used.get(facts["reason"], 0) if "maxTotal" in rule else None
        self.pause = (facts["reason"], t, until)
        return until


class Log:
    def __init__(self):
        self.policies, self.requests, self.incidents, self.refunds, self.zones = [], {}, {}, {}, {}
        self.problems, self.totals, self.accounts = [], {}, {}
        self.t = 0

    def wrong(self, seq, sentence):
        self.problems.append("entry %s: %s" % (seq, sentence))

    def in_force(self, kind, tenant, at):
        """The newest version of each id."""
        found = {}
        for document, effective in self.policies:
            metadata = document["metadata"]
            if document["kind"] == kind and metadata["tenant"] == tenant and effective <= at:
                found[metadata["id"]] = document
        return found

    def bind(self, facts):
        asked = {
            "request.tenant": facts["tenant"], "request.tier": facts["tier"],
            "request.type": facts.get("credentialType", ""),
        }
        for tenant in (facts["tenant"], "default"):
            levels = [
                (-document["spec"]["priority"], name, document)
                for name, document in self.in_force("ServiceLevel", tenant, facts["acceptedAt"]).items()
                if holds(document["spec"]["appliesTo"], asked)
            ]
            if levels:
                level = min(levels, key=lambda it: it[:2])
                paying = sorted(
                    (name, document)
                    for name, document in self.in_force("Compensation", tenant, facts["acceptedAt"]).items()
                    if document["spec"]["slaRef"] == level[1] and document["spec"].get("objective", "issue") == "issue")
                return level[2], paying[0][1]
        return None

    def calendar(self, level, at):
        name = level["spec"].get("calendarRef")
        if name is None:
            return None
        spec = self.in_force("BusinessCalendar", level["metadata"]["tenant"], at)[name]["spec"]
        return clocks.Calendar(spec, self.zones[spec["tzdata"]["sha256"]])

    def best(self, request, due):
        """The version that is the best for a request whose promise was broken at a deadline."""
        best, name = request.policy, [request.policy["metadata"][key] for key in ("tenant", "id")]
        for document, effective in self.policies:
            metadata = document["metadata"]
            if document["kind"] != "Compensation" or [metadata["tenant"], metadata["id"]] != name or effective > due:
                continue
            if metadata["version"] > request.policy["metadata"]["version"] and "earlierRequests" in document["spec"]:
                if clocks.is_better(document["spec"], best["spec"], due, request.calendar):
                    best = document
        return best

    def said(self, request):
        name = request.incident
        if name is None:
            return {"cause": "unknown", "severity": "minor", "count": 0, "of": 0}
        incident = self.incidents[name]
        return self.incidents[incident["into"]] if incident["into"] else incident

    def claims(self, request, t):
        due = request.due_at(t)
        if due is None or request.void:
            return [], due
        until = min(t, request.stop) if request.stop is not None else t
        said, price = self.said(request), request.facts.get("price")
        facts = {
            "request.tenant": request.facts["tenant"], "request.tier": request.facts["tier"],
            "request.type": request.facts.get("credentialType"), "price": price,
            "request.pricePaid": price["minor"] if price else None, "incident.cause": said["cause"],
            "incident.severity": said["severity"], "incident.affectedCount": said["count"],
            "incident.affectedShare": said["count"] * 1_000_000 // said["of"] if said["of"] else 0,
        }
        return claims(request.policy["spec"], facts, due, until, t, request.stop is not None, request.calendar), due

    def read(self, entry):
        facts, t, seq, kind = entry["facts"], entry["t"], entry["seq"], entry["type"]
        self.t = t
        request = self.requests.get(entry.get("rid"))
        if request and request.pause and request.pause[2] is not None and request.pause[2] <= t:
            request.end_pause(t)
        if kind == "policy.published":
            self.policies.append((facts["document"], facts["effectiveAt"]))
        elif kind == "zone.pinned":
            self.zones[facts["sha256"]] = clocks.Zone(facts)
        elif kind == "request.accepted":
            bound = self.bind(facts)
            if bound is None:
                return self.wrong(seq, "nothing binds the request")
            calendar = self.calendar(bound[0], facts["acceptedAt"])
            request = self.requests[entry["rid"]] = Request(facts, bound[0]["spec"], bound[1], calendar)
            for name, document in zip(("serviceLevel", "compensation"), bound):
                if facts[name] != "sha256:" + hashlib.sha256(canonical(document)).hexdigest():
                    self.wrong(seq, "another %s binds" % name)
            if facts["dueAt"] != request.due:
                self.wrong(seq, "due at %s, not %s" % (request.due, facts["dueAt"]))
        elif kind == "request.held":
            if request.hold(facts, t) != facts.get("until"):
                self.wrong(seq, "the pause ends elsewhere")
        elif kind == "request.resumed":
            request.end_pause(t)
            if facts["dueAt"] != request.due:
                self.wrong(seq, "due at %s, not %s" % (request.due, facts["dueAt"]))
        elif kind in ("credential.issued", "request.cancelled", "request.denied") and request.stop is None:
            request.issued = seq if kind == "credential.issued" else None
            self.close(request, "void" if request.issued is None else None)
            request.end_pause(t)
            request.stop = t
            request.void = kind == "request.cancelled" and request.level["onCancel"] == "stop-clock-void"
        elif kind == "compensation.better":
            best = self.best(request, request.due_at(t))
            hashes = ["sha256:" + hashlib.sha256(canonical(document)).hexdigest() for document in (request.policy, best)]
            if [facts["bound"], facts["better"]] != hashes or request.policy is best or request.broken:
                self.wrong(seq, "the better version is another")
            request.policy = best
        elif kind == "sla.breach":
            if not request.broken and self.best(request, facts["dueAt"]) is not request.policy:
                self.wrong(seq, "a later version is better")
            request.broken = True
            if facts["dueAt"] != request.due_at(t) or min(t, request.stop or t) <= request.due_at(t):
                self.wrong(seq, "the promise is not broken then")
        elif kind == "compensation.post":
            self.post(request, entry["rid"], facts, t, seq)
        elif kind == "refund.settled":
            if self.refunds.pop(facts["claimKey"], None) != (facts["unit"], facts["minor"]):
                self.wrong(seq, "no such refund waits")
            self.book(facts["journal"], seq)
        elif kind in ("assurance.checked", "credential.upgraded"):
            self.assure(kind, request, facts, t, seq)
        elif kind in ("credential.revoked", "subject.erased"):
            self.close(request, "void")
        elif kind.startswith("incident."):
            self.incident(kind, facts)

    def close(self, request, state):
        if request and state and request.upgrade == "open":
            request.upgrade = state

    def assure(self, kind, request, facts, t, seq):
        """Made once, for what is owed; marked only when it was made."""
        level = request.policy["spec"]["model"].get("trust", [{}])[0].get("level")
        if request.upgrade != "open" or request.issued is None or facts["level"] != level:
            return self.wrong(seq, "no such check is owed")
        if kind == "assurance.checked":
            if facts["result"] == "passed":
                request.passed = (seq, t)
            else:
                self.close(request, "waived")
        else:
            if request.passed != (seq - 1, t) or facts["check"] != seq - 1:
                self.wrong(seq, "nobody checked")
            if (facts["former"], facts["purpose"]) != (request.issued, "revocation"):
                self.wrong(seq, "the credential before it still counts")
            self.close(request, "done")

    def incident(self, kind, facts):
        name = facts.get("incident")
        if kind == "incident.opened":
            self.incidents[name] = {"cause": "unknown", "severity": "minor", "count": 0, "of": 0, "into": None}
        elif kind == "incident.split":
            self.incidents[name] = dict(self.incidents[facts["parent"]], into=None)
        elif kind == "incident.joined":
            for rid in facts["requests"]:
                self.requests[rid].incident = name
        elif kind == "incident.frozen":
            self.incidents[name].update(count=facts["count"], of=facts["of"], severity=facts["severity"])
        elif kind == "incident.classified":
            self.incidents[name]["cause"] = facts["cause"]
        elif kind == "incident.merged":
            for other, incident in self.incidents.items():
                if other == facts["other"] or incident["into"] == facts["other"]:
                    incident["into"] = name

    def post(self, request, rid, facts, t, seq):
        owed, _ = self.claims(request, t)
        owed = [claim for claim in owed if claim[4] > request.given.get((claim[2]["type"], claim[3]), 0)]
        if not owed or not request.broken:
            return self.wrong(seq, "nothing is owed then")
        tier, position, benefit, unit, total = owed[0]
        key = (benefit["type"], unit)
        minor, revision = total - request.given.get(key, 0), request.count.get((tier, position), 0)
        said = (facts["tier"], facts["benefit"], facts["benefitType"], facts["unit"], facts["minor"],
                facts.get("revision", 0))
        if said != (tier, position, benefit["type"], unit, minor, revision):
            self.wrong(seq, "owed is %s, given is %s" % ((tier, position) + key + (minor, revision), said))
        identity = {
            "benefit": position, "objective": "issue", "policy": facts["compensation"],
            "request": rid, "tenant": request.facts["tenant"], "tier": tier,
        }
        if revision:
            identity["revision"] = revision
        claim_key = hashlib.sha256(canonical(identity)).hexdigest()
        if facts["claimKey"] != claim_key:
            self.wrong(seq, "the claim key is %s" % claim_key)
        if benefit["type"] in SPENDABLE:
            until = t + span(benefit["expires"]) if "expires" in benefit else FOREVER
            if (facts.get("from"), facts.get("until")) != (t, until):
                self.wrong(seq, "it can be spent from %s until %s" % (t, until))
        self.journal(facts, rid, benefit["type"], seq)
        request.given[key] = request.given.get(key, 0) + facts["minor"]
        request.count[(tier, position)] = revision + 1
        self.totals[key] = self.totals.get(key, 0) + facts["minor"]
        if benefit["type"] == "assurance-upgrade":
            request.upgrade = "void" if request.stop is not None and request.issued is None else "open"
        if benefit["type"] == "cash-refund":
            self.refunds[facts["claimKey"]] = (unit, facts["minor"])

    def journal(self, facts, rid, kind, seq):
        self.book(facts["journal"], seq)
        if kind in UNCOUNTED:
            return None if facts["journal"] == [] else self.wrong(seq, "words cost nothing")
        account = ACCOUNTS[kind]
        holder = account % facts["claimKey"] if "%s" in account else account
        expected = []
        for step, debit, credit in (
                ("accrue", "expense:compensation", "provision:" + rid), ("pay", "provision:" + rid, holder)):
            text = "journal v1\n%s\n%s" % (facts["claimKey"], step)
            expected.append({
                "id": hashlib.sha256(text.encode()).hexdigest()[:32],
                "lines": [{"account": debit, "unit": facts["unit"], "minor": facts["minor"]},
                          {"account": credit, "unit": facts["unit"], "minor": -facts["minor"]}],
            })
        if facts["journal"] != expected:
            self.wrong(seq, "the journal is %s" % expected)

    def book(self, journal, seq):
        for transaction in journal:
            sums = {}
            for line in transaction["lines"]:
                sums[line["unit"]] = sums.get(line["unit"], 0) + line["minor"]
                key = (line["account"], line["unit"])
                self.accounts[key] = self.accounts.get(key, 0) + line["minor"]
            if any(sums.values()):
                self.wrong(seq, "a transaction does not sum to zero")

    def finish(self, at):
        for rid, request in self.requests.items():
            if request.pause and request.pause[2] is not None and request.pause[2] <= at:
                request.end_pause(at)
            if request.passed and request.upgrade != "done":
                self.wrong(request.passed[0], "a check passed, and nothing was signed again")
            spec = request.policy["spec"]
            if spec["stacking"]["withinRequest"] == "once" and request.given:
                continue
            if spec["model"].get("verify") == "on-claim":
                continue
            for tier, position, benefit, unit, total in self.claims(request, at)[0]:
                missing = total - request.given.get((benefit["type"], unit), 0)
                if missing > 0:
                    self.wrong("-", "%s is owed %s %s of %s" % (rid, missing, unit, benefit["type"]))
        for (account, unit), minor in self.accounts.items():
            if account.startswith("provision:") and minor:
                self.wrong("-", "%s holds %s %s" % (account, minor, unit))


def main():
    log = Log()
    for line in sys.stdin:
        if line.strip():
            log.read(json.loads(line))
    log.finish(int(sys.argv[2]) if sys.argv[1:2] == ["--at"] else log.t)
    for problem in log.problems:
        print(problem)
    for (kind, unit), minor in sorted(log.totals.items()):
        print("given %s %s %s" % (kind, unit, minor))
    return 1 if log.problems else 0


if __name__ == "__main__":
    sys.exit(main())
