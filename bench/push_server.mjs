// An FCM-shaped push service for the benchmark: HTTP/2 over TLS, every push delivered, nothing said
// about it. It tells its address on descriptor 3.
//
//   node push_server.mjs DIR     DIR: cert.pem key.pem

import fs from 'node:fs';
import http2 from 'node:http2';

const file = (name) => fs.readFileSync(`${process.argv[2]}/${name}`);
const access = JSON.stringify({ access_token: 'of-the-benchmark', expires_in: 3600, token_type: 'Bearer' });
const accepted = JSON.stringify({ name: 'projects/florin-bench/messages/1' });

function answerTo(path, authorization, body) {
  if (path === '/token') return access;
  const { message } = JSON.parse(body);
  const isRight = path === '/v1/projects/florin-bench/messages:send' && message.data.sender === 'CPS' &&
    authorization === 'Bearer of-the-benchmark';
  return isRight ? accepted : undefined;
}

// As many streams of a connection as Google's servers allow.
const settings = { maxConcurrentStreams: 100 };
const server = http2.createSecureServer({ cert: file('cert.pem'), key: file('key.pem'), settings });
server.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  const parts = [];
  stream.on('data', (part) => parts.push(part));
  stream.on('end', () => {
    const answer = answerTo(headers[':path'], headers.authorization, Buffer.concat(parts).toString());
    stream.respond({ ':status': answer ? 200 : 400, 'content-type': 'application/json' });
    stream.end(answer ?? '{}');
  });
});
server.listen(0, '127.0.0.1', () => fs.writeSync(3, `127.0.0.1:${server.address().port}\n`));
