'use strict'
// An HTTP/2 server and client (prior knowledge, cleartext) talk through a proxy that prints every chunk of bytes, and
// then what both peers say was said. Lines of JSON: {"dir","time","data"} for bytes, {"said": ...} for the truth.
// Usage: node http2.js [exchanges] [sockets] [bytes of a large body]

const crypto = require('crypto')
const http2 = require('http2')
const net = require('net')
const zlib = require('zlib')

const EXCHANGES = Number(process.argv[2] || 12)
const SOCKETS = Number(process.argv[3] || 2)
const BATCH = 8
const LARGE = Number(process.argv[4] || 70000)

const started = process.hrtime.bigint()
const lines = []
const print = (line) => lines.push(JSON.stringify(line))
const said = (truth) => print({ said: truth })

// WebSocket frames (RFC 6455): whole texts of up to 65535 bytes
function frame (text, mask) {
  const payload = Buffer.from(text)
  const short = payload.length < 126
  const head = Buffer.alloc(short ? 2 : 4)
  head[0] = 0x81
  head[1] = (mask ? 0x80 : 0) | (short ? payload.length : 126)
  if (!short) head.writeUInt16BE(payload.length, 2)
  if (!mask) return Buffer.concat([head, payload])
  const key = crypto.randomBytes(4)
  return Buffer.concat([head, key, payload.map((byte, i) => byte ^ key[i & 3])])
}

const close = (mask) => Buffer.concat([Buffer.from([0x88, mask ? 0x82 : 2]), mask ? Buffer.alloc(4) : Buffer.alloc(0), Buffer.from([3, 232])])

function answer (stream, headers, body) {
  if (headers[':method'] === 'POST') return stream.respond({ ':status': 200, 'content-type': 'text/html' }) || stream.end('ok')
  if (headers[':path'].includes('refused')) {
    stream.respond({ ':status': 400, 'content-type': 'application/json' })
    return stream.end('{"code":1,"message":"Session ID unknown"}')
  }
  const text = '42' + JSON.stringify(['news', headers[':path']]) + 'x'.repeat(headers[':path'].includes('large') ? LARGE : 0)
  const packed = headers['accept-encoding'] === 'gzip'
  const sent = packed ? zlib.gzipSync(text) : Buffer.from(text)
  if (headers[':path'].includes('hints')) stream.additionalHeaders({ ':status': 103, link: '</x>; rel=preload' })
  const fields = { ':status': 200, 'content-type': 'text/plain; charset=UTF-8', 'content-length': sent.length }
  if (packed) fields['content-encoding'] = 'gzip'
  const trailers = headers[':path'].includes('trailers')
  stream.respond(fields, { waitForTrailers: trailers })
  if (trailers) stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': 'none' }))
  stream.end(sent)
}

function websocket (stream, headers) {
  stream.respond({ ':status': 200 })
  const path = headers[':path']
  for (const text of ['0{"sid":"' + path.length + '"}', '2', '42["to you",' + '1'.repeat(300) + ']']) {
    said({ socket: path, dir: 's2c', text })
    stream.write(frame(text, false))
  }
  stream.resume()
  stream.on('end', () => { stream.end(close(false)) })
}

const server = http2.createServer({ settings: { enableConnectProtocol: true } })
server.on('stream', (stream, headers) => {
  stream.on('error', () => {})
  if (headers[':method'] === 'CONNECT') return websocket(stream, headers)
  if (headers[':path'].includes('never')) return
  const parts = []
  stream.on('data', (part) => parts.push(part))
  stream.on('end', () => answer(stream, headers, Buffer.concat(parts)))
})

const proxy = net.createServer((near) => {
  const far = net.connect(server.address().port, '127.0.0.1')
  for (const [from, to, dir] of [[near, far, 'c2s'], [far, near, 's2c']]) {
    from.setNoDelay(true)
    from.on('data', (data) => {
      print({ dir, time: Number(process.hrtime.bigint() - started), data: data.toString('base64') })
      to.write(data)
    })
    from.on('end', () => to.end())
    from.on('error', () => to.destroy())
  }
})

function exchange (session, method, path, body, more) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path, accept: '*/*', ...more })
    const parts = []
    let status
    stream.on('response', (headers) => { status = headers[':status'] })
    stream.on('data', (part) => parts.push(part))
    stream.on('error', reject)
    stream.on('end', () => {
      said({ method, path, sent: body, status, received: Buffer.concat(parts).toString('base64') })
      resolve()
    })
    stream.end(body)
  })
}

function talk (session, path) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': path, 'sec-websocket-version': '13', origin: 'http://localhost' })
    stream.on('error', reject)
    stream.on('response', () => {
      for (const text of ['2probe', '5', '42["from me","' + 'é'.repeat(200) + '"]']) {
        said({ socket: path, dir: 'c2s', text })
        stream.write(frame(text, true))
      }
      setTimeout(() => stream.end(close(true)), 30)
    })
    stream.resume()
    stream.on('end', resolve)
  })
}

function aborted (session, path) {
  return new Promise((resolve) => {
    const stream = session.request({ ':method': 'GET', ':path': path })
    stream.on('error', () => {})
    stream.on('close', () => { said({ method: 'GET', path, aborted: true }); resolve() })
    setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 20)
  })
}

async function main () {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const session = http2.connect('http://127.0.0.1:' + proxy.address().port)
  await new Promise((resolve) => session.once('remoteSettings', resolve))
  const poll = '/socket.io/?EIO=4&transport=polling&sid=lv_VI97HAXpY6yYWAAAC'
  for (let i = 0; i < EXCHANGES; i += BATCH) {
    const now = []
    for (let j = i; j < Math.min(i + BATCH, EXCHANGES); j++) {
      now.push(exchange(session, 'GET', `${poll}&t=${j.toString(36)}`, undefined, { 'accept-encoding': j % 4 ? 'identity' : 'gzip' }))
      now.push(exchange(session, 'POST', `${poll}&t=p${j.toString(36)}`, '42["told","' + j + '"]', { 'content-type': 'text/plain;charset=UTF-8' }))
    }
    await Promise.all(now)
  }
  const rest = ['hints', 'trailers', 'large', 'refused'].map((what) => exchange(session, 'GET', `${poll}&t=${what}`, undefined, {}))
  rest.push(exchange(session, 'POST', `${poll}&t=big`, 'y'.repeat(LARGE), { cookie: 'a=1', 'x-long': 'z'.repeat(20000) }))
  for (let i = 0; i < SOCKETS; i++) rest.push(talk(session, `/socket.io/?EIO=4&transport=websocket&n=${i}`))
  rest.push(aborted(session, `${poll}&t=never`))
  await Promise.all(rest)
  await new Promise((resolve) => session.close(resolve))
  setTimeout(() => { process.stdout.write(lines.join('\n') + '\n', () => process.exit(0)) }, 50)
}

main().catch((error) => { console.error(error); process.exit(1) })
