// What takes its time: replays and tails of this console, and snapshots of this instance's handlers.
import { post, segment, useLoad } from './api.js';
import { Act, Bar, duration, Empty, handlerLink, html, keyText, number, plain, Problem, sentence, State, When } from './ui.js';

const path = job => `jobs/${segment(job)}`;

/** Which letters a replay is about, for people; `which` is what was asked for, in JSON that may be cut. */
export function whichText(which) {
  let asked;
  try { asked = JSON.parse(which); } catch { return plain(which); }
  const rate = asked.ratePerSecond ? `, ${number(asked.ratePerSecond)} per second at most` : '';
  if (asked.ids) return `${number(asked.ids.length)} ${asked.ids.length === 1 ? 'letter' : 'letters'} by id${rate}`;
  if (asked.document) return `letters of ${keyText(asked.document)}${asked.handler ? ` for ${asked.handler}` : ''}${rate}`;
  const filter = Object.entries(asked.filter || {});
  return plain((filter.length ? `letters with ${filter.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')}` : 'all letters') + rate);
}

/** Why nothing has come of a replay for a while. */
export const Waits = ({ waits }) => waits ? html`<p class="hint"><a href=${handlerLink(waits.handler)}>${waits.handler}</a>: ${sentence(waits.why)}</p>` : null;

export const replayState = ({ state, waits }) => html`<${State} value=${waits ? 'PARKED' : state} text=${waits ? 'waiting' : ''} />`;

export const CancelReplay = ({ job, reload }) => html`<${Act} label="Cancel replay" busy="Cancelling …" act=${async () => { await post(`${path(job)}/cancel`); reload?.(); }} done="No further letter is replayed." />`;

const Replay = ({ replay, reload }) => html`<tr><td class="name">Replay of ${whichText(replay.which)}</td>
  <td class="wide name">${replay.by}, <${When} at=${replay.startedAt} /></td>
  <td>${replayState(replay)}${replay.failed > 0 && html` ${number(replay.failed)} failed again`}<${Bar} done=${replay.done} total=${replay.total} label="letters" /><${Waits} waits=${replay.waits} />${replay.message && html`<p class="problem">${plain(replay.message)}</p>`}</td>
  <td>${replay.state === 'RUNNING' && html`<${CancelReplay} job=${replay.job} reload=${reload} />`}</td></tr>`;

function Snapshot({ snapshot, reload }) {
  const act = rest => async () => { await post(`handlers/${segment(snapshot.handler)}/snapshot/${rest}`); reload(); };
  return html`<tr><td class="name">Snapshot of <a href=${handlerLink(snapshot.handler)}>${snapshot.handler}</a></td>
    <td class="wide">${snapshot.ratePerSecond > 0 ? `${number(snapshot.ratePerSecond)} per second` : ''}${snapshot.leftMs ? `, some ${duration(snapshot.leftMs)} left` : ''}</td>
    <td><${State} value=${snapshot.state} /><${Bar} done=${snapshot.done} total=${snapshot.estimated} label="documents" />${snapshot.trouble && html`<p class="problem">${plain(snapshot.trouble)}</p>`}</td>
    <td><span class="actions">${snapshot.state === 'PAUSED' ? html`<${Act} key="resume" label="Resume" busy="Resuming …" act=${act('resume')} done="The snapshot goes on." />`
      : html`<${Act} key="pause" label="Pause" busy="Pausing …" act=${act('pause')} done="The snapshot is paused." />`}
      <${Act} label="Cancel" busy="Cancelling …" act=${act('cancel')} done="The snapshot is cancelled." /></span></td></tr>`;
}

const Tail = ({ tail }) => html`<tr><td class="name">Live tail of ${plain(tail.of)}</td>
  <td class="wide name">${tail.by}, <${When} at=${tail.since} /></td>
  <td><${State} value="OPEN" /> on a change stream of its own, for 5 minutes at most</td><td></td></tr>`;

const Table = ({ label, children }) => html`<div class="scroll"><table class="rows fixed jobs stacked" aria-label=${label}>
  <colgroup><col /><col class="c-about wide" /><col class="c-progress" /><col class="c-acts" /></colgroup>
  <thead><tr><th scope="col">What</th><th scope="col" class="wide">Details</th><th scope="col">How far</th><th scope="col"><span class="unseen">What can be done</span></th></tr></thead><tbody>${children}</tbody></table></div>`;

/** Those that are under way; nothing is shown while there are none. */
export function UnderWay() {
  const load = useLoad('jobs', {}, 2000);
  const replays = (load.data?.replays || []).filter(replay => replay.state === 'RUNNING');
  const snapshots = load.data?.snapshots || [];
  const tails = load.data?.tails || [];
  if (!replays.length && !snapshots.length && !tails.length) return null;
  return html`<section><h2>Under way</h2><${Table} label="Under way">
    ${replays.map(replay => html`<${Replay} key=${replay.job} replay=${replay} reload=${load.reload} />`)}
    ${snapshots.map(snapshot => html`<${Snapshot} key=${snapshot.handler} snapshot=${snapshot} reload=${load.reload} />`)}
    ${tails.map(tail => html`<${Tail} key=${tail.since + tail.of} tail=${tail} />`)}<//></section>`;
}

/** The replays of this console but for one, which is shown elsewhere: those that run, then those that have ended. */
export function Replays({ except }) {
  const load = useLoad('jobs', {}, 2000);
  const replays = (load.data?.replays || []).filter(replay => replay.job !== except);
  const rows = found => html`<${Table} label="Replays">${found.map(replay => html`<${Replay} key=${replay.job} replay=${replay} reload=${load.reload} />`)}<//>`;
  const running = replays.filter(replay => replay.state === 'RUNNING');
  const ended = replays.filter(replay => replay.state !== 'RUNNING');
  return html`${running.length > 0 && html`<section><h2>Replays under way</h2>${rows(running)}</section>`}
    <details class="ended"><summary>Replays that have ended: ${number(load.data ? ended.length : null)}</summary>${ended.length ? rows(ended) : load.data ? html`<${Empty}>None has ended since the console of this instance has started.<//>` : html`<${Problem} error=${load.error} />`}</details>`;
}
