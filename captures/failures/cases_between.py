"""Failures of what lies between client and server, and what looks like one and is none."""

from __future__ import annotations

from cases_connection import PLAIN, WEBSOCKETS
from failure import Failure

BETWEEN = (
    Failure(
        "no-sticky-loop",
        ("no_sticky_sessions",),
        "two servers behind nginx without stickiness, and a client that polls and comes back again and again",
        PLAIN,
        "connect(4, { transports: ['polling'], reconnection: true, reconnectionDelay: 200 }); end(3000);",
        nginx=WEBSOCKETS,
        servers=2,
    ),
    Failure(
        "websocket-off",
        ("upgrade_refused",),
        "a client without polling at a server that takes polling only (transports)",
        "serve(4, { transports: ['polling'] });",
        "connect(4, { transports: ['websocket'], reconnection: true, reconnectionDelay: 300 }); end(3000);",
    ),
    Failure(
        "server-down",
        ("transport_cut",),
        "the server's process behind nginx is killed; clients come back to 502",
        "serve(4, {});",
        "for (const transports of [['polling', 'websocket'], ['polling'], ['websocket']]) connect(4, { transports, "
        "reconnection: true, reconnectionDelay: 300 }); end(5500);",
        nginx=WEBSOCKETS,
        acts=((2.8, "kill server"),),
    ),
    Failure(
        "network-drop",
        ("client_unresponsive",),
        "a proxy stops forwarding, recorded on both sides of it: both give up, for one cause",
        "serve(4, { pingInterval: 800, pingTimeout: 900 });",
        "connect(4, {}); end(7000);",
        proxy="let dead = false; setTimeout(() => (dead = true), 4500); const alive = (data, to) => dead || "
        "to.write(data); forward(alive, alive);",
        record="both",
    ),
    Failure(
        "idle-cut-upgraded",
        ("idle_cut",),
        "nginx cuts WebSockets that are idle for a second; a client upgrades, is cut, and comes back",
        "serve(4, { pingInterval: 25000, pingTimeout: 20000 });",
        "connect(4, { reconnection: true, reconnectionDelay: 100 }); end(9000);",
        nginx=WEBSOCKETS + "proxy_read_timeout 1s;",
    ),
    Failure(
        "lifetime-cut",
        ("idle_cut",),
        "a proxy ends each connection at an age of two seconds, busy or not",
        "serve(4, {}, (socket) => setInterval(() => socket.emit('t', 1), 150));",
        "for (let i = 0; i < 4; i++) setTimeout(() => connect(4, { transports: ['websocket'] }), i * 300); end(5500);",
        proxy="forward(pass, (data, to) => { to.write(data); to.timer ||= setTimeout(() => to.end(), 2000); });",
    ),
    Failure(
        "post-forbidden",
        (),
        "nginx forbids POST (403): for that there is no code, and it gets none",
        PLAIN,
        "const s = connect(4, { transports: ['polling'], reconnection: true, reconnectionDelay: 300 }); "
        "s.on('connect', () => { for (let i = 0; i < 12; i++) setTimeout(() => s.emit('say', 1, () => 0), i * 80); }); "
        "end(4000);",
        nginx="limit_except GET { deny all; }",
    ),
    Failure(
        "slow-handshake",
        (),
        "a client hangs up before its handshake is answered: the server's sessions are never used",
        "const io = serve(4, {}); io.engine.use((request, answer, next) => setTimeout(next, 2500));",
        "connect(4, { timeout: 1000, reconnection: true, reconnectionDelay: 200 }); end(6000);",
    ),
    Failure(
        "page-reloads",
        (),
        "a page in Chromium polls and is loaded anew: that is no cut",
        "serve(4, { cors: { origin: '*' } }, (socket) => socket.on('a', (x, ack) => ack && ack(x)));",
        "browse(`const s = io('${url}', { transports: ['polling'] }); s.on('connect', () => s.emit('a', 1, () => 0)); "
        "setTimeout(() => location.reload(), 1500)`); end(7500);",
    ),
    Failure(
        "leaves-upgrading",
        (),
        "clients of generation 2 leave while they upgrade: that is no upgrade that fails",
        "serve(2, {});",
        "for (let i = 0; i < 8; i++) setTimeout(() => { const s = connect(2, {}); "
        "s.on('connect', () => setTimeout(() => s.disconnect(), i * 3)); }, i * 120); end(2000);",
    ),
)
