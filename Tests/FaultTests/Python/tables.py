"""Makes the rows of every table again from the entries and what they open to, and compares them with those stored."""

import entries as form
import promises


class Rows:
    """Tables as dictionaries: key to row, by the names of the columns."""

    KEYS = {
        "institution": ["tenant"], "issuer_entry": ["seq"], "resource": ["tenant", "kind", "url"],
        "policy": ["hash"], "request": ["id"], "pause": ["request", "ordinal"], "status_list": ["list"],
        "status": ["list", "idx"], "status_change": ["list", "purpose", "seq"], "payment": ["claim_key"],
        "journal": ["tx", "line"], "lot": ["claim_key"], "premium": ["claim_key"], "outbox": ["seq"],
        "answer": ["tenant", "idempotency_key"], "request_index": ["seq"],
    }

    def __init__(self):
        self.tables = {name: {} for name in self.KEYS}

    def add(self, table, **row):
        key = tuple(row[column] for column in self.KEYS[table])
        if key in self.tables[table]:
            raise ValueError(f"a second row {key} in {table}")
        self.tables[table][key] = row

    def put(self, table, **row):
        self.tables[table].pop(tuple(row[column] for column in self.KEYS[table]), None)
        self.add(table, **row)


def rebuild(entries, openings, leaves):
    """All rows that follow from the entries."""
    rows, keys = Rows(), {}
    for entry, leaf in zip(entries, leaves):
        facts, opened = entry["facts"], openings.get(entry["seq"], {})
        apply(rows, keys, entry, facts, opened)
        if "rid" in entry:
            request = rows.tables["request"][entry["rid"],]
            request["entry_count"] += 1
            request["last_leaf_hash"] = leaf
            idempotency = opened.get("idempotency")
            if idempotency:
                rows.add(
                    "answer", tenant=request["tenant"], idempotency_key=idempotency["key"],
                    digest=bytes.fromhex(idempotency["digest"]), seq=entry["seq"], refusal=None)
    return rows.tables


def apply(rows, keys, entry, facts, opened):
    kind, seq, t = entry["type"], entry["seq"], entry["t"]
    request = rows.tables["request"].get((entry.get("rid"),))
    if kind == "institution.added":
        institution = opened["institution"]
        rows.add(
            "institution", tenant=facts["tenant"], name=institution["name"],
            key_digest=bytes.fromhex(institution["keyDigest"]), seq=seq)
    elif kind == "log.requests":
        rows.add("request_index", seq=seq, size=facts["size"])
    elif kind in ("issuer.added", "key.added", "key.retired", "key.revoked", "log.key"):
        rows.add("issuer_entry", seq=seq)
        if kind == "key.added":
            keys[facts["key"]] = facts
    elif kind == "resource.registered":
        rows.put(
            "resource", tenant=facts["tenant"], kind=facts["kind"], url=opened["resource"]["url"],
            hash=facts["hash"], seq=seq)
    elif kind == "policy.published":
        rows.add(
            "policy", hash=facts["hash"], effective_at=facts["effectiveAt"],
            document=form.canonical(facts["document"]).encode(), seq=seq)
    elif kind == "request.accepted":
        rows.add(
            "request", id=entry["rid"], tenant=facts["tenant"], holder=opened["holder"]["id"], tier=facts["tier"],
            review=facts["review"], state="processing", objective=facts["objective"],
            accepted_at=facts["acceptedAt"], due_at=facts["dueAt"], service_level=facts["serviceLevel"],
            compensation=facts["compensation"], assess_at=facts["dueAt"] + 1, breached_at=None, stopped_at=None,
            issued_at=None, entry_count=0, last_leaf_hash=b"", accepted_seq=seq, issued_seq=None, issued_key=None)
    elif kind == "request.held":
        hold(rows, request, facts, t)
    elif kind == "request.resumed":
        pause = max(
            (row for row in rows.tables["pause"].values() if row["request"] == request["id"]),
            key=lambda row: row["ordinal"])
        if pause["limit_at"] is None or t < pause["limit_at"]:
            pause["ends"] = t
        request.update(state="processing", due_at=facts["dueAt"], assess_at=facts["dueAt"] + 1)
    elif kind in ("request.cancelled", "request.denied"):
        request.update(state=kind.removeprefix("request."), stopped_at=t, assess_at=None)
    elif kind == "credential.issued":
        place, key = opened["status"], keys[facts["key"]]
        if (place["list"],) not in rows.tables["status_list"]:
            rows.add("status_list", list=place["list"], issuer=key["issuer"], did=key["did"], seq=seq)
        rows.add("status", list=place["list"], idx=place["index"], request=request["id"])
        request.update(
            state="available", stopped_at=t, assess_at=None, issued_at=t, issued_seq=seq, issued_key=facts["key"])
    elif kind in ("credential.revoked", "credential.status"):
        place = next(row for row in rows.tables["status"].values() if row["request"] == request["id"])
        purpose, value = (
            ("revocation", 1) if kind == "credential.revoked" else (facts["purpose"], facts["value"]))
        rows.add(
            "status_change", list=place["list"], purpose=purpose, seq=seq, idx=place["idx"], value=value,
            changed_at=t, request=request["id"])
        if kind == "credential.revoked":
            request["state"] = "revoked"
    elif kind == "sla.breach":
        request["breached_at"] = t
        expect_next_tier(rows, request, t)
    elif kind == "compensation.post":
        post(rows, request, facts, opened, seq, t)
        expect_next_tier(rows, request, t)
    elif kind == "notice.queued":
        rows.add(
            "outbox", seq=seq, tenant=request["tenant"], holder=request["holder"], request=request["id"],
            notice=facts["notice"], about=facts["about"], at=t)


def hold(rows, request, facts, t):
    until = facts.get("until")
    ordinal = sum(row["request"] == request["id"] for row in rows.tables["pause"].values())
    rows.add(
        "pause", request=request["id"], ordinal=ordinal, reason=facts["reason"], starts=t, limit_at=until, ends=None)
    due = None if until is None else request["due_at"] + until - t
    request.update(state="paused", due_at=due, assess_at=until)


def post(rows, request, facts, opened, seq, t):
    holder = {"tenant": request["tenant"], "holder": request["holder"]}
    rows.add(
        "payment", claim_key=facts["claimKey"], request=request["id"], **holder, tier=facts["tier"],
        benefit=facts["benefit"], benefit_type=facts["benefitType"], unit=facts["unit"], minor=facts["minor"],
        at=t, seq=seq)
    for transaction in facts["journal"]:
        for number, line in enumerate(transaction["lines"]):
            rows.add("journal", tx=transaction["id"], line=number, **line, seq=seq)
    if facts["benefitType"] == "credit":
        rows.add(
            "lot", claim_key=facts["claimKey"], **holder, unit=facts["unit"], granted=facts["minor"],
            remaining=facts["minor"], starts=facts["from"], ends=facts["until"])
    else:
        window = opened["window"]
        rows.add(
            "premium", claim_key=facts["claimKey"], **holder, starts=window["from"], ends=window["until"])


def expect_next_tier(rows, request, t):
    """After what was assessed until now, the next tier is what is left to wait for."""
    if request["stopped_at"] is not None or request["due_at"] is None:
        return
    document = form.json.loads(rows.tables["policy"][request["compensation"],]["document"])
    later = [over for over, _ in promises.tiers(document) if over >= t - request["due_at"]]
    request["assess_at"] = request["due_at"] + later[0] + 1 if later else None


def opened(entries, stored, subjects, report):
    """What the entries open to, each value held against its commitment. What was erased is gone for good."""
    erased = {entry["rid"] for entry in entries if entry and entry["type"] == "subject.erased"}
    found = {}
    for entry in filter(None, entries):
        seq, commitments = entry["seq"], entry.get("cm", {})
        row = stored.get(seq)
        if row is None:
            if commitments and entry.get("rid") not in erased:
                report("I3", f"entry {seq}: what it commits to is gone")
            continue
        tenant, holder, document = row
        try:
            values = form.json.loads(document)
            if form.canonical(values).encode() != document:
                raise ValueError("is not canonical")
            key = subjects[tenant, holder]
            if commitments != {name: form.commitment(key, seq, name, value) for name, value in values.items()}:
                raise ValueError("is not what the entry commits to")
            found[seq] = values
        except (ValueError, KeyError) as error:
            report("I3", f"the opening of entry {seq}: {error!r}")
    return found


def compare(expected, stored, report):
    """Row by row; refusals that were kept for a retry follow from no entry."""
    for table, rows in expected.items():
        left = {key: row for key, row in stored.get(table, {}).items() if row.get("refusal") is None}
        for key, row in rows.items():
            found = left.pop(key, None)
            if found is None:
                report("I3", f"{table} {key}: the row is missing")
                continue
            differing = [name for name in row if row[name] != found.get(name)]
            if differing:
                report("I3", f"{table} {key}: {', '.join(differing)} do not follow from the log")
        for key in left:
            report("I3", f"{table} {key}: no entry says so")

