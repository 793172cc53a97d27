import { html, useEffect, useRef, useState } from './vendor/preact-htm.module.js';

const HEIGHT = 130;
const EDGE = { left: 56, right: 10, top: 8, bottom: 22 };
const SECONDS = [10, 30, 60, 120, 180, 300];

const clock = (time, seconds = true) => new Date(time * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(seconds && { second: '2-digit' }) });

/** Round values between two, a few at most: the smallest of the steps that are given, else of 1, 2, 5, 10 … */
function marks(low, high, most, steps) {
  const span = high - low;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = (steps || []).find(each => span / each <= most) || [1, 2, 5, 10].map(each => each * power).find(each => span / each <= most);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(at);
  return found;
}

/** The line, and the area below it, in pieces: nothing is drawn where nothing was known. */
function drawn(times, values, x, y) {
  let line = '';
  let area = '';
  let piece = [];
  const end = () => {
    if (piece.length) {
      line += `M${piece.join('L')}`;
      area += `M${piece[0].split(' ')[0]} ${y(0)}L${piece.join('L')}L${piece[piece.length - 1].split(' ')[0]} ${y(0)}Z`;
    }
    piece = [];
  };
  values.forEach((value, index) => {
    if (value === null || value === undefined) end();
    else piece.push(`${x(times[index]).toFixed(1)} ${y(value).toFixed(1)}`);
  });
  end();
  return { line, area };
}

function Plot({ width, times, values, axis, steps, over, point }) {
  const first = times[0];
  const last = Math.max(times[times.length - 1], first + 30);
  const high = Math.max(Math.max(...values.map(value => value ?? 0)) * 1.1, 1);
  const x = time => EDGE.left + (time - first) / (last - first) * (width - EDGE.left - EDGE.right);
  const y = value => HEIGHT - EDGE.bottom - value / high * (HEIGHT - EDGE.top - EDGE.bottom);
  const { line, area } = drawn(times, values, x, y);
  const across = marks(first, last, Math.max(2, Math.floor(width / 90)), SECONDS);
  const seconds = across.length > 1 && across[1] - across[0] < 60;
  const find = event => {
    const time = first + (event.offsetX - EDGE.left) / (width - EDGE.left - EDGE.right) * (last - first);
    let nearest = 0;
    times.forEach((each, index) => { if (Math.abs(each - time) < Math.abs(times[nearest] - time)) nearest = index; });
    point(nearest);
  };
  return html`<svg class="plot" width=${width} height=${HEIGHT} aria-hidden="true" onPointerMove=${find} onPointerLeave=${() => point(null)}>
    ${marks(0, high, 3, steps).map(value => html`<g key=${`y${value}`}><line class="grid" x1=${EDGE.left} x2=${width - EDGE.right} y1=${y(value)} y2=${y(value)} />
      <text class="up" x=${EDGE.left - 6} y=${y(value) + 4}>${axis(value)}</text></g>`)}
    ${across.map(time => html`<text key=${`x${time}`} class="across" x=${Math.min(x(time), width - (seconds ? 26 : 16))} y=${HEIGHT - 6}>${clock(time, seconds)}</text>`)}
    <path class="area" d=${area} /><path class="curve-line" d=${line} />
    ${over !== null && times[over] !== undefined && html`<line class="pointed" x1=${x(times[over])} x2=${x(times[over])} y1=${EDGE.top} y2=${HEIGHT - EDGE.bottom} />`}</svg>`;
}

/** One curve over time; its last and its highest value are said in words too, and that at the pointer. */
export function Curve({ title, times, values, format, axis = format, steps }) {
  const holder = useRef(null);
  const [width, resize] = useState(0);
  const [over, point] = useState(null);
  useEffect(() => {
    const measure = () => resize(holder.current.clientWidth);
    const resized = new ResizeObserver(measure);
    resized.observe(holder.current);
    measure();
    return () => resized.disconnect();
  }, []);
  const seen = values.filter(value => value !== null && value !== undefined);
  const words = over !== null && times[over] !== undefined
    ? `${clock(times[over])}: ${values[over] === null || values[over] === undefined ? 'not known' : format(values[over])}`
    : seen.length ? `now ${format(seen[seen.length - 1])}, at most ${format(Math.max(...seen))}` : 'nothing measured yet';
  return html`<figure class="curve">
    <figcaption><strong>${title}</strong> ${words}</figcaption>
    <div ref=${holder} class="plot-holder">${width > 120 && seen.length > 0 && html`<${Plot} width=${width} times=${times} values=${values} axis=${axis} steps=${steps} over=${over} point=${point} />`}</div>
  </figure>`;
}
