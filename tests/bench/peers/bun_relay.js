// uWebSockets through Bun, as its documentation has it: a topic, and publish().
// SPDX-License-Identifier: Apache-2.0
const server = Bun.serve({
  port: Number(process.argv[2]),
  hostname: '127.0.0.1',
  fetch: (request, its) => (its.upgrade(request, { data: { isPublisher: new URL(request.url).pathname === '/pub' } }) ? undefined : new Response('', { status: 400 })),
  websocket: {
    backpressureLimit: 1 << 20,
    perMessageDeflate: false,
    open: (socket) => void (socket.data.isPublisher || socket.subscribe('feed')),
    message: (_, message) => void server.publish('feed', message),
  },
});
console.log('listening');
