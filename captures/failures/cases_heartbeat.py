"""Failures of the heartbeat."""

from __future__ import annotations

from cases_connection import PYTHON
from failure import Failure

STRETCH = "const real = setTimeout; global.setTimeout = (f, ms, ...rest) => real(f, ms === 400 ? 1900 : ms, ...rest); "

HEARTBEAT = (
    Failure(
        "client-frozen-polling",
        ("client_unresponsive",),
        "the client's process is stopped while it polls",
        "serve(4, { pingInterval: 300, pingTimeout: 400 });",
        "connect(4, { transports: ['polling'] }); end(900);",
        acts=((0.7, "freeze client"), (2.6, "thaw client")),
    ),
    Failure(
        "client-frozen-back",
        ("client_unresponsive",),
        "a client that polls is stopped between two polls; when it goes on, its own timer is the first to act",
        "serve(4, {});",
        "connect(4, { transports: ['polling'], reconnection: true, reconnectionDelay: 100 }); end(3200);",
        acts=((1.0, "freeze client"), (1.6, "thaw client")),
    ),
    Failure(
        "client-frozen-v2",
        ("client_unresponsive",),
        "the same with generation 2, whose client pings, over WebSocket",
        "serve(2, { pingInterval: 300, pingTimeout: 400 });",
        "connect(2, { transports: ['websocket'] }); end(1000);",
        acts=((0.7, "freeze client"), (1.2, "thaw client")),
    ),
    Failure(
        "client-frozen-python",
        ("client_unresponsive",),
        "the same at python-socketio 5",
        PYTHON.format(options="ping_interval=1, ping_timeout=1", more=""),
        "connect(4, { transports: ['websocket'] }); end(1000);",
        acts=((0.7, "freeze client"), (2.2, "thaw client")),
    ),
    Failure(
        "client-mute",
        ("client_unresponsive",),
        "a hand-written client sends events, but answers no ping",
        "serve(4, { pingInterval: 300, pingTimeout: 400 });",
        "raw().then(async (ws) => { ws.mute = true; ws.send('40'); for (let i = 0; i < 8; i++) { await sleep(150); "
        "if (ws.readyState === 1) ws.send('42[\"tick\"]'); } end(); });",
    ),
    Failure(
        "server-frozen",
        ("server_unresponsive",),
        "the server's process is stopped",
        "serve(4, { pingInterval: 400, pingTimeout: 500 });",
        "connect(4, { transports: ['websocket'] }); end(2600);",
        acts=((1.0, "freeze server"), (1.8, "thaw server")),
    ),
    Failure(
        "server-frozen-polling",
        ("server_unresponsive",),
        "the same over polling",
        "serve(4, { pingInterval: 400, pingTimeout: 500 });",
        "connect(4, { transports: ['polling'] }); end(2600);",
        acts=((1.0, "freeze server"), (1.8, "thaw server")),
    ),
    Failure(
        "server-frozen-v2",
        ("server_unresponsive",),
        "the same with generation 2",
        "serve(2, { pingInterval: 400, pingTimeout: 500 });",
        "connect(2, { transports: ['websocket'] }); end(2600);",
        acts=((1.0, "freeze server"), (1.8, "thaw server")),
    ),
    Failure(
        "heartbeat-wrong-way",
        ("heartbeat_mismatch",),
        "a hand-written client pings, as in revision 3, at a server of revision 4",
        "serve(4, {});",
        "raw().then(async (ws) => { ws.send('40'); await sleep(200); ws.send('2'); end(400); });",
    ),
    Failure(
        "heartbeat-never",
        ("heartbeat_mismatch",),
        "a hand-written client of revision 3 never pings",
        "serve(2, { pingInterval: 400, pingTimeout: 500 });",
        "raw('&EIO=3').then(async (ws) => { for (let i = 0; i < 5; i++) { await sleep(300); "
        "ws.send('42[\"hello\"]'); } "
        "end(1300); });",
    ),
    Failure(
        "server-stalled",
        ("server_stalled",),
        "the server computes for 1.5 seconds: three clients wait for their pings",
        "serve(4, { pingInterval: 300, pingTimeout: 4000 }); setTimeout(() => { const end = Date.now() + 1500; "
        "while (Date.now() < end); }, 1200);",
        "for (let i = 0; i < 3; i++) connect(4, { transports: ['websocket'] }); end(3300);",
    ),
    Failure(
        "server-stalled-v2",
        ("server_stalled",),
        "the same with generation 2: pongs come late",
        "serve(2, { pingInterval: 300, pingTimeout: 4000 }); setTimeout(() => { const end = Date.now() + 1500; "
        "while (Date.now() < end); }, 1200);",
        "for (let i = 0; i < 3; i++) connect(2, { transports: ['websocket'] }); end(3300);",
    ),
    Failure(
        "thin-margin",
        ("heartbeat_thin_margin",),
        "a slow line delays the client's pongs",
        "serve(4, { pingInterval: 300, pingTimeout: 700 });",
        "connect(4, { transports: ['websocket'] }); setTimeout(() => sockets[0].disconnect(), 2600); "
        "setTimeout(process.exit, 3600);",
        proxy="forward((data, to) => setTimeout(() => to.write(data), to.bytesWritten > 300 ? 620 : 0), pass);",
        record="back",
    ),
    Failure(
        "client-throttled",
        ("client_throttled",),
        "the timers of a client of generation 2 stretch, as those of a background tab",
        "serve(2, { pingInterval: 400, pingTimeout: 9000 });",
        STRETCH + "connect(2, { transports: ['websocket'] }); real(leave, 7500);",
    ),
    Failure(
        "upload-websocket",
        ("upload_starves_heartbeat",),
        "a slow line takes a second for a large message; the pong waits behind it",
        "serve(4, { pingInterval: 400, pingTimeout: 500 });",
        "const s = connect(4, { transports: ['websocket'] }); s.on('connect', () => setTimeout(() => s.emit('file', "
        "'x'.repeat(24000)), 150)); end(2600);",
        proxy="const queue = (to) => to.queue ||= []; setInterval(() => { for (const to of all) { const part = "
        "to.queue.shift(); "
        "if (part) to.write(part); } }, 50); const all = new Set(); forward((data, to) => { all.add(to); if "
        "(!to.open) { "
        "to.open = to.queue = []; } for (let i = 0; i < data.length; i += 1000) to.queue.push(data.subarray(i, i + "
        "1000)); "
        "}, pass);",
        record="back",
    ),
    Failure(
        "upload-polling",
        ("upload_starves_heartbeat",),
        "the same by POST",
        "serve(4, { pingInterval: 400, pingTimeout: 500 });",
        "const s = connect(4, { transports: ['polling'] }); s.on('connect', () => setTimeout(() => s.emit('file', "
        "'x'.repeat(24000)), 150)); end(2600);",
        proxy="const all = new Set(); setInterval(() => { for (const to of all) { const part = to.queue.shift(); "
        "if (part) to.write(part); } }, 50); forward((data, to) => { all.add(to); to.queue ||= []; "
        "for (let i = 0; i < data.length; i += 1000) to.queue.push(data.subarray(i, i + 1000)); }, pass);",
        record="back",
    ),
    Failure(
        "handshake-lies",
        ("handshake_lies",),
        "python-engineio advertises whole seconds, and pings every 0.4",
        PYTHON.format(options="ping_interval=0.4, ping_timeout=2", more=""),
        "connect(4, { transports: ['websocket'] }); end(2500);",
    ),
)
