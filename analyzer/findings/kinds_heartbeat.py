"""Findings about heartbeats: who gave up, who was late, who pings wrongly."""

from analyzer.findings.kind import ERROR, WARNING, Kind

HEARTBEAT = (
    Kind(
        "heartbeat_mismatch",
        ERROR,
        "pings go in the wrong direction or there are none",
        "`2` (not `2probe`) from the client of revision 4, mostly answered by an empty close at once; `2` from the "
        "server of revision 3; or the side that has to ping sends other things but never `2`.",
        "{sid} speaks Engine.IO revision {engine}, in which the {pinger} pings; {what}.",
        "The client's library is of another generation than the server's, or hand-written: in revision 4 the client"
        " only answers 2 with 3, in revision 3 it sends 2 every pingInterval. Update it to one that fits the "
        "server.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "protocol_error",
            "client_unresponsive",
            "server_unresponsive",
            "transport_cut",
            "server_kick",
        ),
    ),
    Kind(
        "server_stalled",
        WARNING,
        "the server pings late, or answers the client's pings late",
        "Revision 4: from `3` to the next `2` of the server a second (and a fifth) more than pingInterval. Revision"
        " 3: from the client's `2` to `3` more than a second. Many sessions at once: the server.",
        "{what}",
        "The server's event loop was busy or its machine overloaded: look for synchronous work (JSON, cryptography,"
        " files), garbage collection, and CPU at that time. A larger pingTimeout only hides it.",
    ),
    Kind(
        "client_unresponsive",
        ERROR,
        "the server gave up on a client that no longer answered",
        "`2` of the server without `3`; pingTimeout later node closes the WebSocket without a status (1005) or ends"
        " the poll with `1`, python sends `1` and closes with 1000.",
        "{what}; {last}.",
        "The client was frozen (background, sleep, a debugger), blocked or without network. Look at it from that "
        "time on; if its network only pauses, raise pingTimeout on the server, and use connection state recovery.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "server_kick",
            "heartbeat_thin_margin",
            "loss_at_switch",
            "transport_cut",
        ),
    ),
    Kind(
        "server_unresponsive",
        ERROR,
        "the client gave up on a server that was silent",
        "No `2` of the server (revision 3: no `3`) for pingInterval + pingTimeout, then the client closes, or posts"
        " `1`.",
        "{what}; {last}.",
        "The server was blocked, or something between holds its packets back: look at its event loop at that time, "
        "and at proxies that buffer (nginx proxy_buffering off). A larger pingTimeout on the server makes clients "
        "wait longer.",
        explains=(
            "session_expired",
            "server_stalled",
            "heartbeat_thin_margin",
            "loss_at_switch",
            "transport_cut",
        ),
    ),
    Kind(
        "heartbeat_thin_margin",
        WARNING,
        "pings were answered when little was left of the timeout",
        "`3` comes, but when less than a fifth of pingTimeout is left.",
        "{sid}: the pong at {at} came {rtt} after the ping, with {left} of pingTimeout {timeout} left; the next "
        "delay of this kind ends the session.",
        "Raise pingTimeout on the server, or find what delays the answer: a slow network, long uploads, a busy {who}.",
    ),
    Kind(
        "client_throttled",
        WARNING,
        "one client's timers stretch, as those of a background tab do",
        "Revision 3: from ping to ping of one client seconds more than pingInterval, up to a minute, while `3` "
        "comes at once.",
        "{sid}: {late} of {all} pings of the client came late, up to {worst} after the one before instead of {due},"
        " while the server answered at once.",
        "Browsers slow the timers of background tabs. Update to socket.io 3 or newer, where the server pings; or "
        "raise pingTimeout on the server above 60 s.",
        explains=("client_unresponsive",),
    ),
    Kind(
        "upload_starves_heartbeat",
        WARNING,
        "a long upload overlapped a pong that was due",
        "`2` of the server while a POST or a large message of the client is on its way; `3` comes behind it, or too"
        " late.",
        "{sid}: the client was sending {size} for {took} when the server's ping of {at} was due to be answered; {end}.",
        "Send large data in pieces (or by HTTP, outside of the socket), or raise pingTimeout above the time that "
        "the largest message takes on a slow line.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "client_unresponsive",
            "heartbeat_thin_margin",
            "transport_cut",
            "loss_at_switch",
        ),
    ),
    Kind(
        "handshake_lies",
        WARNING,
        "the ping interval that the server advertises is not the one it keeps",
        "The open packet's pingInterval, and pings that come steadily at another one.",
        "{sid}: the server advertises pingInterval {said}, but pings every {seen} ({count} pings).",
        "Clients compute their patience from what is advertised. Set whole seconds with python-engineio's "
        "ping_interval (it advertises no fractions, and adds its grace period); do not rewrite the handshake in a "
        "proxy.",
    ),
)
