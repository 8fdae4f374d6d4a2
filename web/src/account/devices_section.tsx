// SPDX-License-Identifier: MIT
//
// Where somebody is signed in, and how to end that from here.

import { useEffect, useState } from 'preact/hooks';

import { account } from '../site';
import { words } from '../text/account';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { notify } from '../ui/notices';
import { ago, moment } from '../ui/time';
import { useNow } from '../ui/use_now';
import { deviceName } from './agent';
import type { Device, User } from './http';
import { signOut } from './profile_section';

export function DevicesSection({ user }: { user: User }) {
  const [devices, setDevices] = useState<Device[] | null>(null);
  const [problem, setProblem] = useState('');
  const load = () => {
    setProblem('');
    account.devices().then(setDevices, (e) => setProblem(sentence(e)));
  };
  useEffect(load, []);
  const end = async (device: string | 'others', done: string) => {
    try {
      await account.signOutOf(device);
      notify({ words: done, level: 'good' });
    } catch (error) {
      notify({ words: sentence(error), level: 'bad' });
    }
    load();
  };
  return (
    <section class="card account-section" aria-labelledby="devices">
      <h2 id="devices">{words.devices}</h2>
      <p class="hint">{words.devicesHint}</p>
      {problem ? (
        <Empty words={problem}>
          <Button onClick={load}>{text.ui.retry}</Button>
        </Empty>
      ) : devices ? (
        <ul class="devices">
          {devices.map((one) => (
            <DeviceRow
              key={one.id} device={one}
              onEnd={() => end(one.id, words.signedOutThere)}
            />
          ))}
        </ul>
      ) : (
        <Loading lines={2} label={words.devicesLoading} />
      )}
      {devices && devices.length > 1 && (
        <Button onClick={() => end('others', words.othersDone)}>
          {words.others}
        </Button>
      )}
      {!user.guest && (
        <>
          <Button onClick={() => signOut('everywhere')}>
            {words.everywhere}
          </Button>
          <p class="hint">{words.everywhereSure}</p>
        </>
      )}
    </section>
  );
}

function DeviceRow({ device, onEnd }: { device: Device; onEnd: () => void }) {
  const now = useNow(60_000);
  const name = deviceName(device.agent);
  return (
    <li class="device">
      <span class="device-words">
        <strong title={device.agent}>{name}</strong>
        {device.current && <span class="device-here">{words.here}</span>}
        <span class="hint">
          {device.address}
          {' · '}
          <time
            dateTime={new Date(device.used).toISOString()}
            title={moment(device.used)}
          >
            {words.lastUsed(ago(device.used, now))}
          </time>
        </span>
      </span>
      {!device.current && (
        <Button small label={words.signOutOf(name)} onClick={onEnd}>
          {words.signOutThere}
        </Button>
      )}
    </li>
  );
}
