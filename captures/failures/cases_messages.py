"""Failures of what is sent."""

from __future__ import annotations

from cases_connection import PYTHON, QUICK
from failure import Failure

SMALL = "serve(4, { maxHttpBufferSize: 2000 });"
SEND = (
    "const s = connect(4, { transports: ['TRANSPORT'] }); s.on('connect', () => s.emit('file', 'x'.repeat(3000))); "
    "end(900);"
)

MESSAGES = (
    Failure(
        "large-websocket",
        ("payload_too_large",),
        "a message over maxHttpBufferSize",
        SMALL,
        SEND.replace("TRANSPORT", "websocket"),
    ),
    Failure(
        "large-polling",
        ("payload_too_large",),
        "the same by POST: 413, the session lives on",
        SMALL,
        SEND.replace("TRANSPORT", "polling"),
    ),
    Failure(
        "large-polling-v2",
        ("payload_too_large",),
        "generation 2, whose server tells no limit: it drops the request and forgets the session",
        "serve(2, { maxHttpBufferSize: 2000 });",
        "const s = connect(2, { transports: ['polling'] }); s.on('connect', () => s.emit('f', 'x'.repeat(5000))); "
        "end(3000);",
    ),
    Failure(
        "large-nginx",
        ("payload_too_large",),
        "nginx refuses it (client_max_body_size)",
        "serve(4, {});",
        SEND.replace("TRANSPORT", "polling"),
        nginx="client_max_body_size 2k;",
    ),
    Failure(
        "large-python",
        ("payload_too_large",),
        "python-socketio drops the request without an answer",
        PYTHON.format(options=QUICK + ", max_http_buffer_size=2000", more=""),
        SEND.replace("TRANSPORT", "polling"),
    ),
    Failure(
        "large-python-websocket",
        ("payload_too_large",),
        "the same over WebSocket",
        PYTHON.format(options=QUICK + ", max_http_buffer_size=2000", more=""),
        SEND.replace("TRANSPORT", "websocket"),
    ),
    Failure(
        "too-many-packets",
        ("too_many_packets",),
        "thirty events in one POST to python-socketio",
        PYTHON.format(options=QUICK, more=""),
        "const s = connect(4, { transports: ['polling'] }); s.on('connect', () => { for (let i = 0; i < 30; i++) "
        "s.emit('tick', i); }); end(1500);",
    ),
    Failure(
        "ack-unanswered",
        ("ack_unanswered",),
        "a handler of the server forgets its callback",
        "serve(4, {}, (socket) => socket.on('save', (what, ack) => what !== 'draft' && ack('saved')));",
        "const s = connect(4, { transports: ['websocket'] }); s.on('connect', () => { s.emit('save', 'page', () => 0); "
        "s.emit('save', 'draft', () => 0); }); end(1800);",
    ),
    Failure(
        "attachment-missing",
        ("attachment_missing",),
        "a hand-written client announces two attachments and sends one",
        "serve(4, {});",
        "raw().then(async (ws) => { ws.send('40'); await sleep(100); "
        'ws.send(\'452-["file",{"_placeholder":true,"num":0},'
        '{"_placeholder":true,"num":1}]\'); ws.send(Buffer.from([1, 2, 3])); ws.send(\'42["next"]\'); end(400); });',
    ),
    Failure(
        "attachment-surplus",
        ("attachment_missing",),
        "a hand-written client sends bytes that nobody announced",
        "serve(4, {});",
        "raw().then(async (ws) => { ws.send('40'); await sleep(100); ws.send(Buffer.from([1, 2, 3])); end(400); });",
    ),
    Failure(
        "bad-json",
        ("protocol_error",),
        "a hand-written client cuts its JSON short",
        "serve(4, {});",
        "raw().then(async (ws) => { ws.send('40'); await sleep(100); ws.send('42[\"say\",\"hel'); end(400); });",
    ),
    Failure(
        "bad-packet",
        ("protocol_error",),
        "a client sends what is no packet at all",
        "serve(4, {});",
        "raw().then(async (ws) => { ws.send('40'); await sleep(100); ws.send('hello server'); end(400); });",
    ),
    Failure(
        "bad-post",
        ("protocol_error",),
        "the same by POST, which is answered 200",
        "serve(4, {});",
        "open().then(async (sid) => { await ask('POST', '&sid=' + sid, '40'); await ask('GET', '&sid=' + sid); "
        "await ask('POST', '&sid=' + sid, 'hello server'); await ask('GET', '&sid=' + sid); end(300); });",
    ),
    Failure(
        "event-before-connect",
        ("protocol_error",),
        "an event for a namespace that was not joined",
        "serve(4, {});",
        "raw().then(async (ws) => { ws.send('40'); await sleep(100); ws.send('42/chat,[\"hi\"]'); end(400); });",
    ),
    Failure(
        "namespace-python",
        ("namespace_refused",),
        "python-socketio refuses a namespace that it has not",
        PYTHON.format(options=QUICK, more="@sio.on('x')\nasync def x(sid): pass"),
        "connect(4, { transports: ['websocket'] }).io.socket('/nope').connect(); end(900);",
    ),
    Failure(
        "namespace-v2",
        ("namespace_refused",),
        "a middleware of generation 2 refuses the client: its session begins with an ERROR",
        "const io = serve(2, {}); io.use((socket, next) => next(new Error('bad token')));",
        "connect(2, {}); end(3500);",
    ),
    Failure(
        "never-joined",
        ("never_joined",),
        "a plain WebSocket client never sends CONNECT",
        "serve(4, { connectTimeout: 900 });",
        "raw().then(() => end(1500));",
    ),
    Failure(
        "server-kick",
        (),
        "the server disconnects a client",
        "serve(4, {}, (socket) => setTimeout(() => socket.disconnect(true), 400));",
        "connect(4, { transports: ['websocket'] }); end(900);",
    ),
    Failure(
        "server-leaves",
        (),
        "the server is closed in order",
        "const io = serve(4, {}); setTimeout(() => io.close(), 1100);",
        "connect(4, { transports: ['websocket'] }); end(1500);",
    ),
    Failure(
        "loss-at-switch",
        ("loss_at_switch",),
        "a hand-written client posts an event after it has switched to WebSocket",
        "serve(4, {});",
        "open().then(async (sid) => { await ask('POST', '&sid=' + sid, '40'); await ask('GET', '&sid=' + sid); "
        "const poll = "
        "ask('GET', '&sid=' + sid); const ws = await raw('&EIO=4', sid); ws.send('2probe'); await poll; ws.send('5'); "
        "await sleep(100); await ask('POST', '&sid=' + sid, '42[\"order\",17]'); await sleep(200); ws.send('41'); "
        "ws.close(); end(200); });",
    ),
    Failure(
        "recovery-failed",
        ("recovery_failed",),
        "a client comes back after the server has forgotten its state",
        "serve(4, { connectionStateRecovery: { maxDisconnectionDuration: 100 } }, (socket) => socket.emit('news', 1));",
        "const s = connect(4, { transports: ['websocket'], reconnection: true, reconnectionDelay: 900, "
        "randomizationFactor: 0 }); "
        "s.once('news', () => setTimeout(() => s.io.engine.close(), 200)); end(2200);",
    ),
    Failure(
        "compression-costs",
        (),
        "small random messages, each compressed anew",
        "serve(4, { perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true "
        "} }, "
        "(socket) => setInterval(() => socket.emit('n', Math.random().toString(36)), 40));",
        "connect(4, { transports: ['websocket'] }); end(1600);",
    ),
    Failure(
        "seen-twice",
        (),
        "recorded on both sides of a proxy",
        "serve(4, {});",
        "connect(4); end(900);",
        proxy="forward(pass, pass);",
        record="both",
    ),
)
