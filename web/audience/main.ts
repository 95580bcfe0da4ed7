// The audience page: the class or the village hall watches, chats, follows, likes and asks.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import './audience.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import AudiencePage from './AudiencePage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(AudiencePage).use(i18n).mount('#app');
