// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { useTitle } from '../ui/title';

export function MatchPage({ params }: { params: { id: string } }) {
  useTitle(text.match.title);
  return (
    <div class="page">
      <h1>{text.match.title} {params.id}</h1>
    </div>
  );
}
