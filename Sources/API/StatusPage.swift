package import CanonicalJSON

/// The public state as a page for people: plain HTML, no fonts, no images, nothing fetched from anywhere.
package enum StatusPage {
    /// - Parameters:
    ///   - state: as `/status.json` has it.
    ///   - isStatic: whether it is a copy that stays when the service does not: it says how old it is.
    package static func html(_ state: JSONObject, isStatic: Bool) -> String {
        let word = state["state"]?.stringValue ?? ""
        let incidents = state["incidents"]?.arrayValue ?? []
        let open = incidents.filter { $0["state"] == "open" }
        let over = incidents.filter { $0["state"] != "open" }
        let asOf = state["asOf"]?.stringValue ?? ""
        var body = "<h1>Service status</h1>\n<p class=\"state \(escaped(word))\">\(headline(word, open.count))</p>\n"
        body += "<p>As of \(time(asOf)).<span id=\"age\"></span> "
        body += "Last update: \(state["lastUpdate"]?.stringValue.map(time) ?? "none").</p>\n"
        if isStatic {
            body += """
                <p class="note">This is a copy, made at the time above. If that is long ago, the service could not \
                renew it, and things may have changed.</p>

                """
        }
        let nothing = "<p>Nothing is known to be late together.</p>\n"
        body += "<h2>Now</h2>\n" + (open.isEmpty ? nothing : open.map(article).joined())
        if !over.isEmpty { body += "<h2>Before</h2>\n" + over.map(article).joined() }
        body += "<p class=\"note\">Every number here follows from the public log, of which \(size(state)) entries were "
        body += "read. The same for programs: <a href=\"status.json\">status.json</a>.</p>\n"
        return page(body, isStatic: isStatic)
    }

    private static func headline(_ word: String, _ count: Int) -> String {
        if word == "operational" { return "No incident is open." }
        return count == 1
            ? "One incident is open; it is \(word)." : "\(count) incidents are open; the worst is \(escaped(word))."
    }

    private static func size(_ state: JSONObject) -> String { state["logSize"]?.integerValue.map { "\($0)" } ?? "no" }

    private static func article(_ incident: JSON) -> String {
        func text(_ key: String) -> String { escaped(incident[key]?.stringValue ?? "") }
        func number(_ key: String) -> String { incident[key]?.integerValue.map { "\($0)" } ?? "?" }
        var html =
            "<article>\n<h3>\(text("id")) <span class=\"state \(text("severity"))\">\(text("severity"))</span></h3>\n"
        html += "<p>Since \(time(text("from")))"
        if let resolved = incident["resolvedAt"]?.stringValue { html += ", resolved \(time(resolved))" }
        html += ". \(number("affected")) of \(number("of")) requests affected.</p>\n<ul>\n"
        for update in (incident["updates"]?.arrayValue ?? []).reversed() {
            html += "<li>\(time(update["at"]?.stringValue ?? "")) \(escaped(update["text"]?.stringValue ?? ""))</li>\n"
        }
        html += "</ul>\n"
        if let lesson = incident["postmortem"]?["text"]?.stringValue {
            html += "<h4>What was learnt</h4>\n<p>\(escaped(lesson))</p>\n"
        }
        return html + "</article>\n"
    }

    /// `2026-11-22 08:00 UTC`, and the whole for programs.
    private static func time(_ rfc3339: String) -> String {
        let short = rfc3339.prefix(16).replacing("T", with: " ")
        return "<time datetime=\"\(escaped(rfc3339))\">\(escaped(String(short))) UTC</time>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static func page(_ body: String, isStatic: Bool) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        \(isStatic ? "" : "<meta http-equiv=\"refresh\" content=\"60\">\n")<title>Service status</title>
        <style>
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
        body { color: #1b1f24; background: #fff; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; border-bottom: 1px solid #ccc; } h3 { font-size: 1rem; }
        .state { padding: .1rem .5rem; border-radius: .3rem; font-weight: 600; }
        p.state { padding: .8rem 1rem; }
        .operational { background: #d9f2de; } .minor { background: #fff3c4; }
        .major { background: #ffdcb0; } .critical { background: #ffc9c9; }
        article { border-left: 3px solid #ccc; padding-left: 1rem; margin: 1rem 0; }
        ul { padding-left: 1.2rem; } .note { color: #57606a; font-size: .9rem; }
        @media (prefers-color-scheme: dark) {
        body { color: #e6e6e6; background: #16181c; } .state { color: #1b1f24; } .note { color: #9aa4af; }
        a { color: #8ab4f8; }
        }
        </style>
        </head>
        <body>
        \(body)<script>
        (function () {
          var made = document.querySelector("time"), place = document.getElementById("age");
          if (!made || !place) { return; }
          var minutes = Math.floor((Date.now() - Date.parse(made.dateTime)) / 60000);
          if (minutes > 0) { place.textContent = " That was " + minutes + " min ago."; }
        })();
        </script>
        </body>
        </html>

        """
    }
}
