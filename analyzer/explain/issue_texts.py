"""What each issue code means and what to do, in the words of docs/issues.md."""

ISSUES: dict[str, tuple[str, str]] = {
    "capture_truncated": (
        "packets were cut short by the snapshot length",
        "Capture anew with whole packets: `tcpdump -s 0`. What was cut off shows as `tcp_gap`.",
    ),
    "capture_cut": (
        "the file ends in the middle of a packet",
        "The capture was copied while it was written, or its disk was full; everything before the cut was read.",
    ),
    "capture_damaged": (
        "a block of the file could not be read",
        "Copy the file once more (in binary mode). Reading went on behind the damage; what was in it is gone.",
    ),
    "capture_dropped": (
        "the capture says that it dropped packets",
        "Capture fewer packets (a filter on the port) or with a larger buffer (`tcpdump -B 65536`).",
    ),
    "capture_one_way": (
        "only one direction of a connection was captured",
        "Capture where both directions pass: not on one side of an asymmetric route, not with a filter on "
        "`src` or `dst`.",
    ),
    "capture_midstream": (
        "a connection began before the capture",
        "Start the capture before the client connects, or reload the page. Sessions without a visible start "
        "are told as far as they can be read.",
    ),
    "capture_time_order": (
        "packet times ran backwards",
        "The clock was set back, or files were joined in the wrong order. Order them: `reordercap`, or give "
        "the files one by one.",
    ),
    "capture_limit": (
        "a limit on connections or sessions was hit",
        "Raise `--max-connections` or `--max-sessions`, or filter the capture.",
    ),
    "capture_unwritten": (
        "rows of a live log could not be made or written",
        "Free space or choose another place for the log; for what could not be read, report the message as a bug.",
    ),
    "capture_encrypted": (
        "TLS connections without a usable secret",
        "Let a peer write its key log while it talks, and give it with `--keylog`: `SSLKEYLOGFILE=F` in the "
        "environment of browsers, curl or Python, `node --tls-keylog=F`, `MITMPROXY_SSLKEYLOGFILE=F` for "
        "mitmproxy. Or capture behind whatever ends TLS (proxy, load balancer), where the traffic is plain. "
        "The capture has to show the handshake.",
    ),
    "tcp_gap": (
        "bytes are missing from the capture",
        "`size` tells how many. Reading went on at the next HTTP message or WebSocket frame; see "
        "`capture_dropped`, `capture_truncated`.",
    ),
    "tls_no_secret": (
        "no key log holds the secret that would open it",
        "As for `capture_encrypted`. Some of the connection could be read: the key log lacks one of its "
        "secrets, or holds it only for one side.",
    ),
    "tls_bad_record": (
        "a record that does not authenticate, is cut short, or is no record",
        "The key log is of another run, or the capture is damaged here. Nothing of such a record is in the log.",
    ),
    "tls_gap": (
        "records are lost with bytes missing from the capture",
        "`detail` tells which or how many. Reading went on with the next record that authenticates; as for `tcp_gap`.",
    ),
    "tls_unsupported": (
        "a version, cipher suite or extension that cannot be read",
        "Let the test peer offer TLS 1.2 or 1.3 with a common cipher suite.",
    ),
    "http_bad_message": (
        "bytes that are no HTTP message",
        "They are in `attachments` (of HTTP/2, the frame or header block that is none). Behind missing bytes "
        "this is the rest of a message; otherwise a peer or a proxy garbles the stream.",
    ),
    "http_head_cut": (
        "part of the head is missing from the capture",
        "What is known of it is in the row, its body is not; see `capture_truncated` and `tcp_gap`.",
    ),
    "http_body_cut": (
        "the body ends early or has a hole",
        "The connection broke during the transfer, or the capture misses packets: look for `reset` and `gap` "
        "rows of the same stream.",
    ),
    "http_body_limit": (
        "the body is larger than the limit",
        "Raise `--max-message`, or `--max-inflated` where the body is compressed.",
    ),
    "http_bad_encoding": (
        "the body cannot be decompressed",
        "A proxy may have changed the body and kept `content-encoding`; compare `headers` on both sides of it.",
    ),
    "http_no_response": (
        "the connection ended before the answer",
        "The server or a proxy closed it (a crash, a restart, an idle timeout). Polls hang by design: a proxy"
        " must let them for longer than the ping interval.",
    ),
    "http_no_request": (
        "the capture does not show the request",
        "See `capture_one_way` and `capture_midstream`; without the request its URL and sid are not known.",
    ),
    "http_refused": (
        "packet in a request that was refused: sent, never delivered",
        "Look at the exchange's row: `status` and `data` say why (an unknown sid without sticky sessions, a "
        "body too large, ...).",
    ),
    "http_after_101": (
        "HTTP text on a connection that had become a WebSocket",
        "The server refused the client after the switch, mostly for its Engine.IO revision: `data` has its "
        "words; use a client that fits the server.",
    ),
    "ws_bad_frame": (
        "a frame RFC 6455 forbids",
        "The bytes are in `attachments`. A peer or something between garbles the stream; official libraries "
        "close with 1002.",
    ),
    "ws_bad_text": (
        "a text message that is not UTF-8",
        "Send bytes as binary; official libraries close with 1007.",
    ),
    "ws_bad_deflate": (
        "a message that cannot be decompressed",
        "Behind missing bytes, over a limit, or where the handshake is not in the capture, what it refers to "
        "is gone; otherwise a peer compresses wrongly.",
    ),
    "ws_message_limit": (
        "the message is larger than the limit",
        "Raise `--max-message`, or `--max-inflated` where messages are compressed.",
    ),
    "ws_message_cut": (
        "part of a message is missing from the capture",
        "Its beginning is kept. See `tcp_gap`.",
    ),
    "ws_after_close": (
        "a frame behind its sender's close frame: the receiver ignores it",
        "RFC 6455 (5.5.1) forbids it: close only once everything is sent. The message was decoded, but never "
        "delivered.",
    ),
    "mitm_dropped": (
        "the proxy did not forward the message: sent, never delivered",
        "Somebody at the proxy stopped it, or an addon did.",
    ),
    "mitm_injected": (
        "the proxy made the message up: delivered, never sent",
        "Somebody at the proxy sent it, or an addon did.",
    ),
    "eio_bad_packet": (
        "bytes that are no Engine.IO packet",
        "Something other than an Engine.IO library writes to this endpoint, or the two sides speak different "
        "revisions.",
    ),
    "eio_bad_payload": (
        "a polling body whose framing is broken",
        "The bytes that could not be read are kept. A cut body (see its `http` row), or a library that counts"
        " lengths wrongly.",
    ),
    "eio_bad_base64": (
        "a base64 packet with characters that are none",
        "`attachments` has what official parsers make of it; mend the sender's encoder.",
    ),
    "eio_bad_handshake": (
        "an open packet without the promised JSON",
        "Something other than the Socket.IO server answered the handshake (a proxy's page, another "
        "application): `data` has what it said.",
    ),
    "eio_after_error": (
        "a good packet behind a bad one: the official parser throws it away",
        "It was sent, but the receiver never saw it; mend what made the packet before it bad.",
    ),
    "eio_webtransport": (
        "a WebTransport session was noticed, not decoded",
        'Switch WebTransport off while capturing (`transports: ["polling", "websocket"]`).',
    ),
    "sio_bad_packet": (
        "a message that is no Socket.IO packet",
        "Its text is in `data`. A plain WebSocket or Engine.IO client talks to a Socket.IO server, or the reverse.",
    ),
    "sio_bad_json": (
        "a payload that is not the JSON its type asks for",
        "Its text is in `data`; the official parser closes the connection. Mend the sender, mostly a "
        "hand-written client.",
    ),
    "sio_bad_attachments": (
        "an attachment count that cannot be",
        "Or a placeholder for an attachment that is none. Mend the sender's encoder of binary packets.",
    ),
    "sio_bad_msgpack": (
        "a binary message that is no msgpack packet",
        "Both sides must use the same parser; one of them may still have the default one.",
    ),
    "sio_bad_ack_id": (
        "an acknowledgement id that does not fit 64 bits",
        "`raw` has the packet as sent. Official clients count from 0: mend the one that does not.",
    ),
    "sio_attachment_missing": (
        "fewer attachments came than were announced",
        "Header and what had come are rows of their own. The connection ended, or another message came in "
        "between: check what writes to the socket.",
    ),
    "sio_attachment_surplus": (
        "a binary message nobody announced",
        "Its header is missing from the capture, or a peer sends bytes outside of events.",
    ),
    "sio_after_error": (
        "a good packet behind a bad one: the official parser throws it away",
        "It came where an attachment was due; see the rows before it.",
    ),
    "sio_attachment_limit": (
        "more or larger attachments than the limit",
        "Raise `--max-attachments`; those kept are in `attachments`.",
    ),
}
"""Code to what happened, and what to do."""
