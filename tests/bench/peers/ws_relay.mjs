// Node with ws: each message to each client. SPDX-License-Identifier: Apache-2.0
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: false });
const readers = new Set();
server.on('connection', (socket, request) => {
  if (request.url === '/pub') return socket.on('message', (message) => readers.forEach((one) => one.send(message, { binary: false })));
  readers.add(socket);
  return socket.on('close', () => readers.delete(socket));
});
server.on('listening', () => console.log('listening'));
