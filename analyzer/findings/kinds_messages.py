"""Findings about what is sent: packets, namespaces, acknowledgements, sizes."""

from analyzer.findings.kind import ERROR, INFO, WARNING, Kind

MESSAGES = (
    Kind(
        "payload_too_large",
        ERROR,
        "a message over the limit",
        "A message over maxPayload, then a WebSocket close 1009, or POST answered 413 (python: 400 or never "
        "answered; nginx: 413 with a page).",
        "{sid}: a {what} of {size} was over {limit}; {end}.",
        "{advice}",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "transport_cut",
            "server_kick",
            "loss_at_switch",
            "upload_starves_heartbeat",
        ),
    ),
    Kind(
        "too_many_packets",
        ERROR,
        "one POST held more packets than the server takes: all are lost, though it was answered 200",
        "A POST with more than 16 packets to python-engineio, answered 200 `OK`; no answer to any of them ever comes.",
        "{sid}: the POST at {at} held {count} packets; python-engineio takes {limit} and throws all of them away, "
        "though it answers {status}.",
        "Raise Payload.max_decode_packets on the python server (engineio.payload), or emit less at once before the "
        "upgrade to WebSocket.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "ack_unanswered",
            "never_joined",
        ),
    ),
    Kind(
        "ack_unanswered",
        WARNING,
        "an acknowledgement was asked for and never given, while the session lived on",
        "`42<id>[...]` and no `43<id>`, though the other side goes on sending.",
        '{who} asked for an acknowledgement of "{event}"{namespace} ({ids}) and got none, though the session lived '
        "on for {after}{others}.",
        'Call the callback in the handler of "{event}" on the {other}, on every path through it; where an answer '
        "may fail to come, emit with a timeout.",
    ),
    Kind(
        "attachment_missing",
        ERROR,
        "binary parts are missing, surplus or out of order",
        "`45<n>-[...]` not followed by n binary messages, or a binary message that no header announced; then mostly"
        " an empty close.",
        "{sid}: {what}.",
        "Header and attachments must follow each other. Something writes to the socket besides the Socket.IO "
        "library, or a hand-written client announces another number of attachments than it sends.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "protocol_error",
            "server_kick",
            "transport_cut",
            "never_joined",
        ),
    ),
    Kind(
        "namespace_refused",
        WARNING,
        "the server refused a namespace",
        '`44/ns,{"message":"..."}` (revision 4 of Socket.IO: `44/ns,"..."`); the connection stays.',
        "The server refused {namespace} to {sid}: {reason}.",
        "{advice}",
        explains=("never_joined",),
    ),
    Kind(
        "never_joined",
        WARNING,
        "a connection was opened, joined no namespace, and was closed by the server",
        "`0{...}`, pings answered, no `40`; the server closes after connectTimeout (45 s).",
        "{sid} was opened at {at}, sent {sent}, joined no namespace, and the server closed it {after} later "
        "(connectTimeout).",
        "The client must send CONNECT (40) first. A plain WebSocket or Engine.IO client does not: use a Socket.IO "
        "client of generation 3 or newer.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "server_kick",
        ),
    ),
    Kind(
        "protocol_error",
        ERROR,
        "one side sent what the protocol does not allow",
        "Text that is no packet, JSON that is none, an event before CONNECT; then within milliseconds a close "
        "without a status and without a reason.",
        "{sid}: the {side} sent {quote} at {at}: {why}; {end}.",
        "Mend what writes that, mostly a hand-written client or a proxy that changes messages; official libraries "
        "of matching versions do not. sioscope explain '{quoted}' decodes it.",
        explains=(
            "no_sticky_sessions",
            "session_expired",
            "server_kick",
            "never_joined",
        ),
    ),
    Kind(
        "server_kick",
        INFO,
        "the server disconnected the client",
        "`41` or `41/ns,` of the server, or a close of the server without one.",
        "The server disconnected {sid} {what} at {at}, {after} after it was opened.",
        "Nothing to mend if the application meant it (socket.disconnect(), a restart). The client does not "
        'reconnect by itself after a DISCONNECT: call socket.connect() on "io server disconnect".',
    ),
    Kind(
        "loss_at_switch",
        ERROR,
        "packets were sent where the other side could no longer take them",
        "A POST with packets behind `5`, answered 400 code 3.",
        "{sid}: {count} sent {where} at {at} {fate}.",
        "They are lost. Use acknowledgements with retries for what must arrive, connection state recovery for what "
        "is missed; update both libraries, older ones lose packets while they switch.",
    ),
    Kind(
        "recovery_failed",
        WARNING,
        "a client asked to recover its state and got a new one",
        '`40{"pid":P,"offset":O}` answered with `40{"sid":...,"pid":...}` that has another pid.',
        "{sid} asked at {at} to go on as before (offset {offset}), and the server gave it a new id: what it missed "
        "is lost.",
        "The server keeps state for maxDisconnectionDuration (2 minutes by default) and in memory: it was away "
        "longer, the server restarted, or another server answered. Use an adapter that keeps it (Redis streams, "
        "MongoDB).",
    ),
    Kind(
        "compression_costs",
        INFO,
        "permessage-deflate saved next to nothing, or made messages larger",
        "`permessage-deflate` in the 101, and frames that are hardly smaller than their messages, or larger.",
        "{sid}: permessage-deflate made {count} messages {effect} ({before} to {after}).",
        "Compression costs CPU and some 300 kB of memory a connection: leave perMessageDeflate off, or raise its "
        "threshold (1024 bytes by default).",
    ),
)
