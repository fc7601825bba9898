// A push service of every kind for tests: FCM HTTP v1, HMS Push Kit and a webhook in one HTTP/2
// server over TLS. What it answers is chosen by the token of the push (and by the path where an
// access token is asked for). It writes its port and then each request as a line of JSON, and ends
// with its standard input.
//
//   node server.mjs DIR [h1|plain]     DIR: cert.pem key.pem rsa.der webhook.key

import crypto from 'node:crypto';
import fs from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';

const [dir, mode = 'h2'] = process.argv.slice(2);
const file = (name) => fs.readFileSync(`${dir}/${name}`);
const tls = { cert: file('cert.pem'), key: file('key.pem'), allowHTTP1: true };
const rsa = crypto.createPublicKey({ key: file('rsa.der'), format: 'der', type: 'spki' });
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');

let tokens = 0;
let lost = false;
const good = (prefix) => JSON.stringify({ access_token: `${prefix}-${++tokens}`, expires_in: 3600, token_type: 'Bearer' });
const json = (status, body, headers = {}) => ({ status, body: JSON.stringify(body), headers });

// The assertion as RFC 7523 and Google's manual ask for it; the reason when it is not.
function faultOf(body, origin, path) {
  const form = new URLSearchParams(body);
  if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return 'grant_type';
  const [header, claims, signature] = (form.get('assertion') ?? '').split('.');
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  if (read(header).alg !== 'RS256' || read(header).kid !== 'key-1') return 'header';
  const said = read(claims);
  if (said.iss !== 'florin@test.iam' || said.aud !== origin + path) return 'claims';
  if (said.scope !== 'https://www.googleapis.com/auth/firebase.messaging') return 'scope';
  if (!(said.exp > said.iat && said.exp - said.iat <= 3600)) return 'lifetime';
  const signed = Buffer.from(`${header}.${claims}`);
  return crypto.verify('RSA-SHA256', signed, rsa, Buffer.from(signature, 'base64url')) ? '' : 'signature';
}

function fcmAccess(request, wish) {
  const fault = faultOf(request.body, request.origin, request.path);
  if (fault) return json(400, { error: 'invalid_grant', error_description: fault });
  switch (wish) {
    case undefined: return { status: 200, body: good('fcm') };
    case 'refused': return json(401, { error: 'invalid_client' });
    case 'unavailable': return json(503, {}, { 'retry-after': '7' });
    case 'control': return json(200, { access_token: 'a\r\nX-Evil: 1', expires_in: 3600 });
    case 'huge': return json(200, { access_token: 'a'.repeat(1 << 20), expires_in: 3600 });
    case 'forever': return json(200, { access_token: 'a' });
    case 'once': return tokens === 0 ? { status: 200, body: good('fcm') } : json(500, {});
  }
  return odd(wish);
}

const fcmError = (http, status, errorCode, headers) => json(http, { error: { code: http, message: 'of the test', status,
  details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' },
    ...(errorCode ? [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }] : [])] } }, headers);

function fcm(request) {
  const { message } = JSON.parse(request.body);
  const expected = { token: message.token, data: { sender: 'CPS' },
    android: { priority: 'HIGH', ttl: '86400s', collapse_key: 'cps' } };
  if (JSON.stringify(message) !== JSON.stringify(expected)) return fcmError(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT');
  const first = request.authorization === 'Bearer fcm-1';
  if (!/^Bearer fcm-\d+$/.test(request.authorization)) return fcmError(401, 'UNAUTHENTICATED');
  switch (message.token) {
    case 'UNREGISTERED': return fcmError(404, 'NOT_FOUND', 'UNREGISTERED');
    case 'SENDER_ID_MISMATCH': return fcmError(403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH');
    case 'PERMISSION_DENIED': return fcmError(403, 'PERMISSION_DENIED');
    case 'NOT_FOUND': return fcmError(404, 'NOT_FOUND');
    case 'QUOTA_EXCEEDED': return fcmError(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED');
    case 'QUOTA_SHORT': return fcmError(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', { 'retry-after': '5' });
    case 'QUOTA_LONG': return fcmError(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', { 'retry-after': '120' });
    case 'UNAVAILABLE': return fcmError(503, 'UNAVAILABLE', 'UNAVAILABLE', { 'retry-after': '17' });
    case 'INTERNAL': return fcmError(500, 'INTERNAL', 'INTERNAL');
    case 'INVALID_ARGUMENT': return fcmError(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT');
    case 'THIRD_PARTY_AUTH_ERROR': return fcmError(401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR');
    case 'EXPIRED_ONCE': if (first) return fcmError(401, 'UNAUTHENTICATED'); break;
    case 'EXPIRED_ALWAYS': return fcmError(401, 'UNAUTHENTICATED');
  }
  return odd(message.token) ?? json(200, { name: 'projects/florin-test/messages/1' });
}

// What no manual has.
function odd(token) {
  switch (token) {
    case 'malformed': return { status: 200, body: '{"name":' };
    case 'nothing': return { status: 200, body: '' };
    case 'huge': return { status: 200, body: JSON.stringify({ name: 'x'.repeat(1 << 20), code: '80000000' }) };
    case 'redirect': return { status: 307, body: '', headers: { location: '/elsewhere' } };
    case 'truncated': return { status: 200, body: '{"name":"x","code":"80000000"}', cut: true };
    case 'reset': return { reset: true };
    case 'lost_once': if (lost) break; lost = true; return { reset: true };
    case 'slow': return {};
    case 'bad_gateway': return { status: 502, body: '<html>Bad Gateway</html>' };
    case 'unavailable': return { status: 503, body: '<html>Later</html>' };
    case 'error_without_words': return { status: 400, body: '' };
    case 'error_of_another_form': return json(404, { error: 'UNREGISTERED', details: 'none' });
    case 'later': return { status: 503, body: '', headers: { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' } };
  }
}

function hmsAccess(request, wish) {
  if (wish) return odd(wish);
  const form = new URLSearchParams(request.body);
  const right = form.get('grant_type') === 'client_credentials' && form.get('client_id') === '123456' &&
    form.get('client_secret') === 'p&s=s+w%/d';
  return right ? { status: 200, body: good('hms') } : json(400, { error: 1101, sub_error: 20001 });
}

const hmsCode = (code, status = 200) => json(status, { code, msg: 'of the test', requestId: '1' });

function hms(request) {
  const { validate_only: only, message } = JSON.parse(request.body);
  const token = message.token[0];
  const expected = { data: '{"sender":"CPS"}', android: { urgency: 'HIGH', ttl: '86400s', collapse_key: -1 }, token: [token] };
  if (only !== false || JSON.stringify(message) !== JSON.stringify(expected)) return hmsCode('80100003', 400);
  if (!/^Bearer hms-\d+$/.test(request.authorization)) return hmsCode('80200001', 401);
  const first = request.authorization === 'Bearer hms-1';
  if (token === 'refresh_80200001' || token === 'refresh_80200003') {
    return hmsCode(first ? token.slice(8) : '80000000', first ? 401 : 200);
  }
  const [code, status] = token.split('@');
  if (/^\d{8}$/.test(code)) return hmsCode(code, Number(status ?? 200));
  return odd(token) ?? hmsCode('80000000');
}

function webhook(request) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
  const mac = crypto.createHmac('sha256', file('webhook.key')).update(`${id}.${time}.${request.body}`).digest('base64');
  if (signature !== `v1,${mac}`) return { status: 401, body: '' };
  const { token, data, collapseKey, ttlSeconds } = JSON.parse(request.body);
  if (data.sender !== 'CPS' || collapseKey !== 'cps' || ttlSeconds !== 86400) return { status: 400, body: '' };
  const status = Number(token);
  return odd(token) ?? { status: Number.isNaN(status) ? 204 : status, body: '' };
}

function answerTo(request) {
  const [, first, ...rest] = request.path.split('/');
  if (first === 'token') return fcmAccess(request, rest[0]);
  if (request.path.endsWith('/oauth2/v3/token')) return hmsAccess(request, first === 'oauth2' ? '' : first);
  if (request.path === '/v1/projects/florin-test/messages:send') return fcm(request);
  if (request.path === '/v1/123456/messages:send') return hms(request);
  if (request.path === '/hook') return webhook(request);
  return { status: 404, body: '' };
}

function handle(req, res) {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = Buffer.concat(parts).toString();
    const request = { path: req.url, origin: `https://${req.headers[':authority'] ?? req.headers.host}`, body,
      authorization: req.headers.authorization ?? '', headers: req.headers };
    say({ path: req.url, version: req.httpVersion, authorization: request.authorization, body, id: req.headers['webhook-id'] ?? '' });
    const { status, body: text, headers = {}, cut, reset } = answerTo(request);
    if (reset) return req.httpVersion === '2.0' ? res.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR) : req.socket.destroy();
    if (status === undefined) return undefined;  // slow: never
    res.writeHead(status, { 'content-type': 'application/json', ...(cut ? { 'content-length': '4096' } : {}), ...headers });
    if (!cut) return res.end(text);
    res.write(text);
    return setTimeout(() => (req.httpVersion === '2.0' ? res.stream.close(http2.constants.NGHTTP2_CANCEL) : req.socket.destroy()), 20);
  });
}

const server = mode === 'plain' ? net.createServer((socket) => { socket.on('error', () => {}); socket.end('220 mail\r\n'); })
  : mode === 'h1' ? https.createServer(tls, handle) : http2.createSecureServer(tls, handle);
server.on('sessionError', () => {});
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
