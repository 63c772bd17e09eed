"""Findings about getting and keeping a connection: handshakes, upgrades, cuts."""

from analyzer.findings.kind import ERROR, INFO, WARNING, Kind

CONNECTION = (
    Kind(
        "no_sticky_sessions",
        ERROR,
        'requests of one live session were answered "Session ID unknown", typically by another backend',
        '`0{"sid":X,...}`, then requests with `sid=X` answered 400: node `{"code":1,"message":"Session ID '
        'unknown"}`, python `"Invalid session X"`, though the session was used within pingInterval + pingTimeout '
        "before, or is accepted again later; then a new handshake.",
        "{what} with the sid {sid} {when} was answered {status} ({said}): {why}.",
        "Behind a load balancer route all requests of a session to the same server: nginx `ip_hash` or `hash` in "
        "the upstream, ALB stickiness on the target group, HAProxy `cookie`; with node's cluster @socket.io/sticky."
        ' Or let clients connect with transports: ["websocket"].',
        explains=(
            "session_expired",
            "upgrade_abandoned",
            "upgrade_refused",
            "transport_cut",
            "loss_at_switch",
        ),
    ),
    Kind(
        "session_expired",
        INFO,
        "the server no longer knew a session, after the time in which it had to hear of it",
        "The same answers, but longer after the last accepted request than pingInterval + pingTimeout.",
        "{what} with the sid {sid} was answered {status} ({said}): {why}.",
        "Nothing is wrong with the server. The client was away (sleep, a lost network): let it reconnect, and use "
        "connection state recovery where it must not miss anything.",
        explains=("loss_at_switch",),
    ),
    Kind(
        "upgrade_refused",
        WARNING,
        "the WebSocket request was answered with an error or never with 101; the session stayed on polling",
        '`GET ...transport=websocket&sid=X` answered 400 `{"code":3,"message":"Bad request"}`, `"Invalid '
        'transport"`, 403, 502, or nothing; never a 101; polls go on.',
        "The WebSocket request of {sid} at {at} {answer}; {after}.",
        "{advice}",
    ),
    Kind(
        "upgrade_slow",
        WARNING,
        "the probe was answered, but the switch took unusually long",
        "`2probe` and `3probe` at once, then more than a second until `5`, while a GET hangs; it ends with `2` "
        "(ping) or data instead of `6` (noop).",
        "From the server's answer to the probe (3probe) at {at} to the client's switch (5) {sid} took {took}: it "
        "waited for {what}.",
        "The client switches when its polls are answered: the server, or a proxy that buffers, holds one. Update "
        "the server library (it must answer the pending poll with a noop when it is probed); in nginx "
        "proxy_buffering off.",
    ),
    Kind(
        "upgrade_abandoned",
        WARNING,
        "the upgrade to WebSocket was begun and never finished",
        "101 and mostly `2probe`, but never `5`; the WebSocket is closed (after upgradeTimeout, 10 s) and polls go on. "
        "Or a `5` with the issue `mitm_dropped`.",
        "The WebSocket of {sid} was accepted at {at}, but {cause}; {after}.",
        "Something lets the 101 through but not the frames, or the server does not answer the probe: look at "
        'proxies and virus scanners between them, then at the server\'s version. Until then transports: ["polling"] '
        "spares the vain attempt.",
    ),
    Kind(
        "version_mismatch",
        ERROR,
        "client and server speak different revisions of Engine.IO",
        '`EIO=3` answered 400 `{"code":5,"message":"Unsupported protocol version"}`, or that text behind a 101; or '
        "`EIO=4` answered with a body like `96:0{...}2:40`, or with `40` before the client sent one.",
        "The client at {client} speaks Engine.IO revision {theirs} ({their_versions}), the server {server} only "
        "revision {ours} ({our_versions}): {said}.",
        "{advice}",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "protocol_error",
            "heartbeat_mismatch",
            "upgrade_abandoned",
            "transport_cut",
            "never_joined",
            "server_unresponsive",
            "client_unresponsive",
            "server_kick",
            "namespace_refused",
        ),
    ),
    Kind(
        "origin_refused",
        ERROR,
        "the browser's origin is not allowed (CORS)",
        "A handshake with `Origin` answered without a fitting `Access-Control-Allow-Origin`, and no second request;"
        ' python: 400 `"... is not an accepted origin."`.',
        "A page of {origin} asked for {url} at {at} and {said}.",
        'Allow the page\'s origin on the server: cors: {{ origin: "{origin}" }} (node), '
        'cors_allowed_origins="{origin}" (python); with cookies also credentials: true and no "*". Or serve the '
        "page from the same host.",
    ),
    Kind(
        "idle_cut",
        WARNING,
        "connections are cut after a constant time: a proxy or load balancer does that",
        "At least three connections that end by FIN or RST, without a close, after the same idle time or lifetime "
        "but at different moments; or polls of a session answered 504 before a ping was due.",
        "{what}",
        "{advice}",
        explains=(
            "transport_cut",
            "server_unresponsive",
            "loss_at_switch",
        ),
    ),
    Kind(
        "transport_cut",
        ERROR,
        "a connection ended without a close of WebSocket or Engine.IO, and no timeout was due",
        "RST, or FIN without a close frame before it; a poll whose connection ends without an answer.",
        "{sid}: {side} at {at}, {idle} after the last packet, without any close; no timeout was due.",
        "{advice}",
    ),
    Kind(
        "overlapping_polls",
        ERROR,
        "two polls of one session were open at once",
        "Two GETs (or POSTs) of one sid open at once: the second one answered 400 (500 up to engine.io 6.4) with an"
        " empty body, the first one `1`.",
        "{sid} had two {method} requests open at once: one from {first}, another one {apart} later, which was "
        "answered {status}. The server then closes the session.",
        "A client may have one GET and one POST open. A hand-written client must wait for the answer before it "
        "polls again; a proxy must not send a request twice (nginx proxy_next_upstream off).",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "transport_cut",
            "server_kick",
            "protocol_error",
            "loss_at_switch",
        ),
    ),
    Kind(
        "duplicate_connections",
        WARNING,
        "one page has several sessions at once that do the same",
        "Handshakes of one address, user agent, cookie and referrer within two seconds; all sessions live and send "
        "and receive the same events.",
        "{client} opened {count} sessions within {within} and used all of them in the same way ({events}): {names}.",
        "Call io() once for each page, not in a function that runs again (React: outside of the component, or in "
        "useEffect with a clean-up that disconnects); listeners can share one socket.",
    ),
    Kind(
        "reconnect_storm",
        WARNING,
        "many clients came back at once after many sessions had ended",
        "Ten sessions or more end within five seconds, and as many handshakes (70 %) follow within thirty.",
        "{ended} sessions ended within {span} from {at} on; {opened} handshakes followed within {within}, the "
        "busiest second had {peak} ({before}).",
        "Spread the return: larger reconnectionDelay and reconnectionDelayMax, randomizationFactor 0.5 or more on "
        "the clients; on the server drain connections before a restart.",
    ),
)
