// A live platform on loopback: nginx with its rtmp module, on free ports, recording what arrives.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { add_witness, expect, free_port, start, temporary_folder, until } from './support.mjs';

const module_file = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

export class Platform {
  // With `only_key` any other stream key is refused by the platform.
  static async open({ only_key } = {}) {
    expect(fs.existsSync(module_file), 'libnginx-mod-rtmp is installed', module_file);
    const platform = new Platform();
    platform.folder = temporary_folder();
    platform.port = await free_port();
    const asking = await free_port();
    platform.url = `rtmp://127.0.0.1:${platform.port}/live`;
    // nginx gives its worker's rights to nobody when root starts it
    fs.chmodSync(platform.folder, 0o777);
    for (const name of ['arrived', 'tmp']) {
      fs.mkdirSync(path.join(platform.folder, name));
      fs.chmodSync(path.join(platform.folder, name), 0o777);
    }
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path tmp/${one};`).join(' ');
    fs.writeFileSync(path.join(platform.folder, 'nginx.conf'), `load_module ${module_file};
daemon off; master_process off; pid nginx.pid; error_log error.log info;
events { worker_connections 64; }
rtmp { server { listen 127.0.0.1:${platform.port}; notify_method get;
  application live { live on; record all; record_path ${platform.folder}/arrived; record_unique on; record_suffix .flv;
    ${only_key ? `on_publish http://127.0.0.1:${asking}/allowed;` : ''} } } }
http { access_log off; ${temporary}
  server { listen 127.0.0.1:${asking}; location /allowed { if ($arg_name != "${only_key ?? ''}") { return 403; } return 204; } } }
`);
    add_witness(`the platform ${platform.port}`, () => platform.tell());
    await platform.begin();
    return platform;
  }

  // Begins, or begins again on the same port after kill().
  async begin() {
    this.child = start('nginx', ['-p', this.folder, '-e', path.join(this.folder, 'error.log'), '-c', path.join(this.folder, 'nginx.conf')]);
    await until('the platform answers', () => this.answers(), { every_ms: 20 });
    return performance.now();
  }

  async answers() {
    const socket = net.connect(this.port, '127.0.0.1');
    const does = await Promise.race([once(socket, 'connect').then(() => true, () => false)]);
    socket.destroy();
    return does;
  }

  // What is worth reading after a failure.
  tell() {
    const log = path.join(this.folder, 'error.log');
    const { exitCode: exit, signalCode: signal } = this.child;
    return `${JSON.stringify({ exit, signal, arrived: this.arrived() })}\n${fs.existsSync(log) ? fs.readFileSync(log, 'utf8').slice(-3000) : ''}`;
  }

  async kill() {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  // It takes no more bytes, but its sockets stay.
  stall() {
    this.child.kill('SIGSTOP');
  }

  go_on() {
    this.child.kill('SIGCONT');
  }

  async end() {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  arrived() {
    const folder = path.join(this.folder, 'arrived');
    return fs.readdirSync(folder).map((name) => path.join(folder, name)).filter((file) => fs.statSync(file).size > 0);
  }
}
