"""Failures to get or keep a connection."""

from __future__ import annotations

from failure import Failure

PYTHON = """#python
import sys, socketio, engineio
from aiohttp import web
sio = socketio.AsyncServer(async_mode="aiohttp", {options})
app = web.Application()
sio.attach(app)
{more}
async def main():
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[1])).start()
    print("ready")
    await asyncio.sleep(60)
import asyncio
asyncio.run(main())
"""
QUICK = "ping_interval=1, ping_timeout=1"
PLAIN = "serve(4, {}, (socket) => socket.on('say', (text, ack) => ack && ack(text)));"
WEBSOCKETS = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; '

CONNECTION = (
    Failure(
        "no-sticky-sessions",
        ("no_sticky_sessions",),
        "two servers behind nginx, which sends each request to the next one",
        PLAIN,
        "connect(4, { reconnection: true, reconnectionDelay: 200 }); end(1200);",
        nginx=WEBSOCKETS,
        servers=2,
    ),
    Failure(
        "session-expired",
        (),
        "a client polls again with its sid long after the server gave up on it",
        PLAIN,
        "open().then(async (sid) => { await sleep(2500); await ask('GET', '&sid=' + sid); end(); });",
    ),
    Failure(
        "websocket-refused",
        ("upgrade_refused",),
        "nginx does not forward the Upgrade, and the client has no other transport",
        PLAIN,
        "connect(4, { transports: ['websocket'], reconnection: true, reconnectionDelay: 200 }); end(900);",
        nginx="proxy_http_version 1.1;",
    ),
    Failure(
        "websocket-first",
        ("upgrade_refused",),
        "the same with a client that tries polling next",
        PLAIN,
        "connect(4, { transports: ['websocket', 'polling'], tryAllTransports: true }); end(900);",
        nginx="proxy_http_version 1.1;",
    ),
    Failure(
        "upgrade-slow",
        ("upgrade_slow",),
        "the server does not answer the pending poll when it is probed: it hangs until the next ping",
        "const io = serve(4, { pingInterval: 1800 }); const engine = require.resolve('engine.io', { paths: "
        "[require.resolve('server-4')] "
        "}); const { Polling } = require(engine.replace('engine.io.js', 'transports/polling.js')); const { send } = "
        "Polling.prototype; io.engine.use((request, answer, next) => setTimeout(next, request._query.transport === "
        "'websocket' ? 200 : 0)); Polling.prototype.send = function (packets) { if (packets[0].type !== 'noop') "
        "send.call(this, packets); };",
        "connect(4); end(2600);",
    ),
    Failure(
        "upgrade-unanswered",
        ("upgrade_abandoned",),
        "a proxy lets the 101 through, but no frame of the client",
        "serve(4, { upgradeTimeout: 500 });",
        "connect(4); end(1800);",
        proxy="forward((data, to) => (to.upgraded ? 0 : to.write(data)), (data, to, from) => {"
        "from.upgraded ||= data.includes('101 Switching'); to.write(data); });",
    ),
    Failure(
        "upgrade-abandoned",
        ("upgrade_abandoned",),
        "a hand-written client probes, but never switches",
        "serve(4, { upgradeTimeout: 400 });",
        "open().then(async (sid) => { await ask('POST', '&sid=' + sid, '40'); const ws = await raw('&EIO=4', sid); "
        "ws.send('2probe'); for (let i = 0; i < 9; i++) { const got = await ask('GET', '&sid=' + sid); "
        "if (got.includes('2')) await ask('POST', '&sid=' + sid, '3'); await sleep(80); } "
        "await ask('POST', '&sid=' + sid, '41'); end(); });",
    ),
    Failure(
        "version-polling",
        ("version_mismatch",),
        "a client of generation 2 polls at a server of generation 4",
        PLAIN,
        "connect(2, { reconnection: true, reconnectionDelay: 100 }); end(700);",
    ),
    Failure(
        "version-websocket",
        ("version_mismatch",),
        "the same over WebSocket: refused with HTTP text behind the 101",
        PLAIN,
        "connect(2, { transports: ['websocket'] }); end(600);",
    ),
    Failure(
        "version-new-polling",
        ("version_mismatch",),
        "a client of generation 4 polls at a server of generation 2",
        "serve(2, {});",
        "connect(4, { reconnection: true, reconnectionDelay: 100 }); end(900);",
    ),
    Failure(
        "version-new-websocket",
        ("version_mismatch",),
        "the same over WebSocket",
        "serve(2, {});",
        "connect(4, { transports: ['websocket'] }); end(1500);",
    ),
    Failure(
        "version-python",
        ("version_mismatch",),
        "a client of generation 2 at python-socketio 5",
        PYTHON.format(options=QUICK, more=""),
        "connect(2); end(500);",
    ),
    Failure(
        "origin-python",
        ("origin_refused",),
        "a page of another origin at python-socketio without cors_allowed_origins",
        PYTHON.format(options=QUICK, more=""),
        "ask('GET', '', '', { Origin: 'https://shop.example' }).then(() => end(300));",
    ),
    Failure(
        "origin-browser",
        ("origin_refused",),
        "a page of another origin in Chromium; the server allows none (cors is not set)",
        "serve(4, {});",
        "browse(`io('${url}', { reconnection: false })`); end(5000);",
    ),
    Failure(
        "duplicate-connections",
        ("duplicate_connections",),
        "a page in Chromium calls io() three times",
        "serve(4, { cors: { origin: '*' } }, (socket) => socket.on('cart', () => socket.emit('cart', 1)));",
        "browse(`for (let i = 0; i < 3; i++) { const socket = io('${url}', { forceNew: true, reconnection: false }); "
        "socket.on('connect', () => socket.emit('cart', 1)); setTimeout(() => socket.disconnect(), 1500); }`); "
        "end(6000);",
    ),
    Failure(
        "idle-cut",
        ("idle_cut",),
        "nginx cuts WebSockets that are idle for a second (proxy_read_timeout), pingInterval is longer",
        "serve(4, { pingInterval: 25000, pingTimeout: 20000 });",
        "for (let i = 0; i < 4; i++) setTimeout(() => connect(4, { transports: ['websocket'] }), i * 150); end(1900);",
        nginx=WEBSOCKETS + "proxy_read_timeout 1s;",
    ),
    Failure(
        "idle-cut-polling",
        ("idle_cut",),
        "nginx answers polls that hang for a second with 504",
        "serve(4, { pingInterval: 25000, pingTimeout: 20000 });",
        "connect(4, { transports: ['polling'] }); end(1700);",
        nginx="proxy_read_timeout 1s;",
    ),
    Failure(
        "cut-by-server",
        ("transport_cut",),
        "the server's process is killed",
        "serve(4, {});",
        "connect(4); end(1500);",
        acts=((0.9, "kill server"),),
    ),
    Failure(
        "cut-by-client",
        ("transport_cut",),
        "the client's process is killed while it polls",
        "serve(4, {});",
        "connect(4, { transports: ['polling'] }); setTimeout(() => process.kill(process.ppid, 0) && net && "
        "process.exit(0), 800);",
    ),
    Failure(
        "cut-by-reset",
        ("transport_cut",),
        "a proxy resets the connection",
        "serve(4, {});",
        "connect(4, { transports: ['websocket'] }); end(1500);",
        proxy="forward(pass, (data, to) => { to.write(data); to.timer ||= setTimeout(() => to.resetAndDestroy(), "
        "700); });",
    ),
    Failure(
        "reconnect-storm",
        ("reconnect_storm", "transport_cut"),
        "the server's process is killed and started again: twelve clients come back at once",
        "serve(4, {});",
        "for (let i = 0; i < 12; i++) connect(4, { transports: ['websocket'], reconnection: true, "
        "reconnectionDelay: 300, "
        "reconnectionDelayMax: 400 }); end(3000);",
        acts=((0.9, "kill server"), (0.1, "restart server")),
    ),
    Failure(
        "overlapping-polls",
        ("overlapping_polls",),
        "a hand-written client polls again before its poll was answered",
        PLAIN,
        "open().then(async (sid) => { await ask('POST', '&sid=' + sid, '40'); await ask('GET', '&sid=' + sid); "
        "ask('GET', '&sid=' + sid); await sleep(60); await ask('GET', '&sid=' + sid); end(200); });",
    ),
)
