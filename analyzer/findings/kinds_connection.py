"""Findings about getting and keeping a connection: handshakes, upgrades, cuts."""

from analyzer.findings.kind import ERROR, INFO, WARNING, Kind

CONNECTION = (
    Kind(
        "no_sticky_sessions",
        ERROR,
        'requests of one live session were answered "Session ID unknown", typically by another backend',
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
        "{what} with the sid {sid} was answered {status} ({said}): {why}.",
        "Nothing is wrong with the server. The client was away (sleep, a lost network): let it reconnect, and use "
        "connection state recovery where it must not miss anything.",
        explains=("loss_at_switch",),
    ),
    Kind(
        "upgrade_refused",
        WARNING,
        "the WebSocket request was answered with an error or never with 101; the session stayed on polling",
        "The WebSocket request of {sid} at {at} {answer}; {after}.",
        "{advice}",
    ),
    Kind(
        "upgrade_slow",
        WARNING,
        "the probe was answered, but the switch took unusually long",
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
        "The WebSocket of {sid} was accepted at {at}, but {cause}; the session stayed on polling.",
        "Something lets the 101 through but not the frames, or the server does not answer the probe: look at "
        'proxies and virus scanners between them, then at the server\'s version. Until then transports: ["polling"] '
        "spares the vain attempt.",
    ),
    Kind(
        "version_mismatch",
        ERROR,
        "client and server speak different revisions of Engine.IO",
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
        "A page of {origin} asked for {url} at {at} and {said}.",
        'Allow the page\'s origin on the server: cors: {{ origin: "{origin}" }} (node), '
        'cors_allowed_origins="{origin}" (python); with cookies also credentials: true and no "*". Or serve the '
        "page from the same host.",
    ),
    Kind(
        "idle_cut",
        WARNING,
        "connections are cut after a constant time: a proxy or load balancer does that",
        "{what}",
        "Raise the timeout of what lies between (nginx proxy_read_timeout, ALB idle timeout, HAProxy timeout "
        "tunnel) above pingInterval + pingTimeout ({budget}), or lower pingInterval on the server below it.",
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
        "{sid}: {side} at {at}, {idle} after the last packet, without any close; no timeout was due.",
        "{advice}",
    ),
    Kind(
        "overlapping_polls",
        ERROR,
        "two polls of one session were open at once",
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
        "{client} opened {count} sessions within {within} and used all of them in the same way ({events}): {names}.",
        "Call io() once for each page, not in a function that runs again (React: outside of the component, or in "
        "useEffect with a clean-up that disconnects); listeners can share one socket.",
    ),
    Kind(
        "reconnect_storm",
        WARNING,
        "many clients came back at once after many sessions had ended",
        "{ended} sessions ended within {span} from {at} on; {opened} handshakes followed within {within}, the "
        "busiest second had {peak} ({before}).",
        "Spread the return: larger reconnectionDelay and reconnectionDelayMax, randomizationFactor 0.5 or more on "
        "the clients; on the server drain connections before a restart.",
    ),
)
