"""Oddities as stable codes, and the few exceptions. A clean capture yields rows without any of these codes."""

from enum import StrEnum


class SioscopeError(Exception):
    """Base of what sioscope raises on purpose; its text is one line: what, where, what to do."""


class CaptureError(SioscopeError):
    """A source cannot be used at all (not a capture, unreadable, empty)."""


class StoreError(SioscopeError):
    """A log cannot be read or written."""


class ReplayError(SioscopeError):
    """A replay cannot be run."""


class ProxyError(SioscopeError):
    """A proxy cannot be run."""


class FilterError(SioscopeError):
    """A filter cannot be understood."""


class RulesError(SioscopeError):
    """Rules of fault injection make no sense."""


class PacketError(SioscopeError):
    """Bytes are not what a codec accepts; the one exception codecs raise. ``code`` is an `Issue`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Issue(StrEnum):
    """Codes of the log's ``issue`` column. The comment after each is what happened."""

    # capture: concerns the source as a whole
    CAPTURE_TRUNCATED = "capture_truncated"  # packets were cut short by the snapshot length
    CAPTURE_CUT = "capture_cut"  # the file ends in the middle of a packet
    CAPTURE_DAMAGED = "capture_damaged"  # a block of the file could not be read
    CAPTURE_DROPPED = "capture_dropped"  # the capture says that it dropped packets
    CAPTURE_ONE_WAY = "capture_one_way"  # only one direction of a connection was captured
    CAPTURE_MIDSTREAM = "capture_midstream"  # a connection began before the capture
    CAPTURE_TIME_ORDER = "capture_time_order"  # packet times ran backwards
    CAPTURE_LIMIT = "capture_limit"  # a limit on connections or sessions was hit
    CAPTURE_UNWRITTEN = "capture_unwritten"  # rows of a live log could not be made or written
    CAPTURE_ENCRYPTED = "capture_encrypted"  # TLS connections without a usable secret
    # tcp
    TCP_GAP = "tcp_gap"  # bytes are missing from the capture
    # tls
    TLS_NO_SECRET = "tls_no_secret"  # no key log holds the secret that would open it
    TLS_BAD_RECORD = "tls_bad_record"  # a record that does not authenticate, is cut short, or is no record
    TLS_GAP = "tls_gap"  # records are lost with bytes missing from the capture
    TLS_UNSUPPORTED = "tls_unsupported"  # a version, cipher suite or extension that cannot be read
    # http
    HTTP_BAD_MESSAGE = "http_bad_message"  # bytes that are no HTTP message
    HTTP_HEAD_CUT = "http_head_cut"  # part of the head is missing from the capture
    HTTP_BODY_CUT = "http_body_cut"  # the body ends early or has a hole
    HTTP_BODY_LIMIT = "http_body_limit"  # the body is larger than the limit
    HTTP_BAD_ENCODING = "http_bad_encoding"  # the body cannot be decompressed
    HTTP_NO_RESPONSE = "http_no_response"  # the connection ended before the answer
    HTTP_NO_REQUEST = "http_no_request"  # the capture does not show the request
    HTTP_REFUSED = "http_refused"  # packet in a request that was refused: sent, never delivered
    HTTP_AFTER_101 = "http_after_101"  # HTTP text on a connection that had become a WebSocket
    # websocket
    WS_BAD_FRAME = "ws_bad_frame"  # a frame RFC 6455 forbids
    WS_BAD_TEXT = "ws_bad_text"  # a text message that is not UTF-8
    WS_BAD_DEFLATE = "ws_bad_deflate"  # a message that cannot be decompressed
    WS_MESSAGE_LIMIT = "ws_message_limit"  # the message is larger than the limit
    WS_MESSAGE_CUT = "ws_message_cut"  # part of a message is missing from the capture
    WS_AFTER_CLOSE = "ws_after_close"  # a frame behind its sender's close frame: the receiver ignores it
    MITM_DROPPED = "mitm_dropped"  # the proxy did not forward the message: sent, never delivered
    MITM_INJECTED = "mitm_injected"  # the proxy made the message up: delivered, never sent
    # engine.io
    EIO_BAD_PACKET = "eio_bad_packet"  # bytes that are no Engine.IO packet
    EIO_BAD_PAYLOAD = "eio_bad_payload"  # a polling body whose framing is broken
    EIO_BAD_BASE64 = "eio_bad_base64"  # a base64 packet with characters that are none
    EIO_BAD_HANDSHAKE = "eio_bad_handshake"  # an open packet without the promised JSON
    EIO_AFTER_ERROR = "eio_after_error"  # a good packet behind a bad one: the official parser throws it away
    EIO_WEBTRANSPORT = "eio_webtransport"  # a WebTransport session was noticed, not decoded
    # socket.io
    SIO_BAD_PACKET = "sio_bad_packet"  # a message that is no Socket.IO packet
    SIO_BAD_JSON = "sio_bad_json"  # a payload that is not the JSON its type asks for
    SIO_BAD_ATTACHMENTS = "sio_bad_attachments"  # an attachment count that cannot be
    SIO_BAD_MSGPACK = "sio_bad_msgpack"  # a binary message that is no msgpack packet
    SIO_BAD_ACK_ID = "sio_bad_ack_id"  # an acknowledgement id that does not fit 64 bits
    SIO_ATTACHMENT_MISSING = "sio_attachment_missing"  # fewer attachments came than were announced
    SIO_ATTACHMENT_SURPLUS = "sio_attachment_surplus"  # a binary message nobody announced
    SIO_AFTER_ERROR = "sio_after_error"  # a good packet behind a bad one: the official parser throws it away
    SIO_ATTACHMENT_LIMIT = "sio_attachment_limit"  # more or larger attachments than the limit
