// SPDX-License-Identifier: MIT
//
// Bytes: a file, or typed as pairs of hex digits.

import { words } from '../text/playground';
import { Button } from '../ui/button';
import type { Ids } from './fields';
import type { Bytes } from './model/draft';

const said = words.event;

interface BytesProps {
  ids: Ids;
  label: string;
  value: string | Bytes;
  onChange: (value: string | Bytes) => void;
}

export function BytesField({ ids, label, value, onChange }: BytesProps) {
  if (typeof value !== 'string')
    return (
      <p class="pg-file">
        {said.chosen(value.name, value.bytes.byteLength)}
        <Button
          kind="quiet" small icon="close" label={said.dropFile}
          onClick={() => onChange('')}
        />
      </p>
    );
  return (
    <div class="pg-bytes">
      <input
        {...ids}
        class="input pg-code"
        autoComplete="off"
        spellcheck={false}
        placeholder={said.hex}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <input
        type="file"
        aria-label={said.file(label)}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file)
            void file.arrayBuffer().then((bytes) =>
              onChange({ name: file.name, bytes }));
        }}
      />
    </div>
  );
}
