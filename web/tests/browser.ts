// What every browser has and the Node.js of Debian 12 (18) has not: crypto without an import.
// SPDX-License-Identifier: Apache-2.0
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto as Crypto;
