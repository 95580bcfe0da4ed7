// Tries of push addresses: the program asks the platform's server, without the key (docs/wire.md section 12).
// SPDX-License-Identifier: Apache-2.0
import { reactive } from 'vue';
import { post, type Words } from './api';

export interface Knock {
  how: 'asking' | 'there' | 'named' | 'away'; // named: there is such a server; it tells more only with the key
  url: string; // that was tried
  ms: number;
  words: Words | null;
}

export class Knocks {
  private readonly all = reactive(new Map<string, Knock>());

  // Nothing once the address is another one.
  of(name: string, url: string): Knock | null {
    const knock = this.all.get(name);
    return knock && knock.url === url ? knock : null;
  }
  isThere(name: string, url: string): boolean {
    const how = this.of(name, url)?.how;
    return how === 'there' || how === 'named';
  }
  async ask(name: string, url: string): Promise<void> {
    if (this.of(name, url)?.how === 'asking') return;
    this.all.set(name, { how: 'asking', url, ms: 0, words: null });
    const said = await post('knock', { name });
    if (this.all.get(name)?.url !== url) return; // it was changed meanwhile
    if (!said.ok) {
      const words = said.zh && said.en ? { zh: said.zh, en: said.en } : null;
      this.all.set(name, { how: 'away', url, ms: 0, words });
      return;
    }
    this.all.set(name, { how: said.knows_application ? 'there' : 'named', url, ms: said.took_ms ?? 0, words: null });
  }
}
