// SPDX-License-Identifier: MIT
import './style/tokens.css';
import './style/base.css';

import { render } from 'preact';

import { App } from './app/app';
import { connection } from './site';

connection.open();
render(<App />, document.getElementById('app')!);

// What tells of news on every page, but is not needed for the first one.
void import('./chat').then(({ startChat }) => startChat());
