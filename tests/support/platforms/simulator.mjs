// What the simulated platforms share: one HTTP server and its WebSockets on loopback, and the list of
// what the client did wrong. SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import http from 'node:http';
import { WebSocketServer } from 'ws';

export class Simulator {
  // Everything the client did that the real platform would refuse, as sentences. Tests want it empty.
  faults = [];
  sockets = new Set();
  connections = 0;

  static async start(...args) {
    const simulator = new this(...args);
    simulator.http = http.createServer((request, response) => simulator.#serve(request, response));
    // as the platforms do: no compression, and what is too large ends the connection
    simulator.ws = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 65536 });
    simulator.http.on('upgrade', (request, socket, head) => {
      const status = simulator.admit?.(request) ?? 101;
      if (status !== 101) return socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return simulator.ws.handleUpgrade(request, socket, head, (ws) => simulator.#open(ws, request));
    });
    simulator.http.listen(0, '127.0.0.1');
    await once(simulator.http, 'listening');
    simulator.port = simulator.http.address().port;
    return simulator;
  }
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }
  get ws_url() {
    return `ws://127.0.0.1:${this.port}`;
  }

  fault(what) {
    this.faults.push(what);
  }
  expect(is_right, what) {
    if (!is_right) this.fault(what);
    return is_right;
  }

  // Breaks off all connections without a word, as a dead line does.
  cut() {
    for (const ws of this.sockets) ws.terminate();
  }
  async stop() {
    this.cut();
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  #open(ws, request) {
    this.connections += 1;
    this.sockets.add(ws);
    ws.once('close', () => this.sockets.delete(ws));
    ws.on('error', (error) => this.fault(`socket: ${error.message}`));
    this.opened(ws, new URL(request.url, this.url), request);
  }
  async #serve(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const answer = (status, json, headers = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(typeof json === 'string' ? json : JSON.stringify(json));
    };
    try {
      await this.serve(new URL(request.url, this.url), request, body, answer);
    } catch (error) {
      this.fault(`serving ${request.url}: ${error.message}`);
      if (!response.headersSent) answer(500, {});
    }
  }
}
