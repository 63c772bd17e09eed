"""What the official libraries do with what they cannot read (measured with the published packages)."""

from analyzer.issues import Issue

OFFICIAL = {
    Issue.EIO_BAD_PACKET: 'the server closes the session ("parse error"), the client reports "transport error"',
    Issue.EIO_BAD_PAYLOAD: "parsers stop here: what came before was delivered, the rest is lost, the session ends with "
    '"parse error", though a POST is answered 200',
    Issue.EIO_BAD_BASE64: "node leaves such characters out and takes the rest",
    Issue.SIO_BAD_PACKET: '"unknown packet type": socket.io 3 and 4 close the connection without a reason ("forced '
    'close"), 1.x and 2.x ignore it',
    Issue.SIO_BAD_JSON: '"invalid payload": servers from 2.x on close the connection without a reason ("forced '
    'close"), clients from 4.6 on reconnect ("parse error"), older ones crash',
    Issue.SIO_BAD_ATTACHMENTS: '"Illegal attachments": the connection is closed',
    Issue.SIO_BAD_MSGPACK: "the msgpack parser refuses it, the connection is closed",
    Issue.SIO_BAD_ACK_ID: "JavaScript rounds it, so that no answer fits",
    Issue.SIO_ATTACHMENT_LIMIT: '"too many attachments" from socket.io-parser 4.2.6 on (10), older ones wait for all '
    "of them",
}
"""Issue to what happens."""


def fate(code: str) -> str:
    """The same as a sentence's end; nothing where it is not known."""
    found = OFFICIAL.get(Issue(code)) if code in set(Issue) else None
    return f"; official libraries: {found}" if found else ""
