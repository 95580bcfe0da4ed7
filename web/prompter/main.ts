// The teleprompter: what to say, and what is asked, on a second phone.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import './prompter.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import PrompterPage from './PrompterPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(PrompterPage).use(i18n).mount('#app');
