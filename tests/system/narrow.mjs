// A way whose width changes: narrow.py between the program and a platform.
// SPDX-License-Identifier: Apache-2.0
import dgram from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { start } from './support.mjs';

const script = fileURLToPath(new URL('narrow.py', import.meta.url));

// `set` takes kbit/s, 0 for as wide as it goes. `kind`: tcp, udp.
export async function narrow_way(port, kind = 'tcp') {
  const child = start('python3', [script, String(port), kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { port: Number(String(line)), set: (kbps) => child.stdin.write(`${kbps}\n`) };
}

export async function free_udp_port() {
  const probe = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}
