import { html, useEffect, useRef } from './vendor/preact-htm.module.js';

let loading;
// uPlot is a classic script: loaded when the first curve is drawn.
const uPlot = () => loading ||= new Promise((loaded, failed) => {
  const script = document.createElement('script');
  script.src = 'vendor/uPlot.iife.min.js';
  script.onload = () => loaded(window.uPlot);
  script.onerror = () => failed(new Error('vendor/uPlot.iife.min.js does not load'));
  document.head.append(script);
});

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const clock = (time, seconds) => new Date(time * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(seconds && { second: '2-digit' }) });

function options(width, label, steps) {
  const axis = { stroke: colour('--muted-color'), grid: { stroke: colour('--grid-color'), width: 1 }, ticks: { show: false },
    font: '11px system-ui' };
  return { width, height: 130, legend: { show: false }, cursor: { y: false, drag: { setScale: false } },
    padding: [8, 8, 0, 0],
    scales: { y: { range: (plot, low, high) => [0, Math.max(high * 1.1, 1)] } },
    axes: [
      { ...axis, size: 22, space: 60, incrs: [10, 30, 60, 120, 180, 300], values: (plot, times) => times.map(time => clock(time, times[1] - times[0] < 60)) },
      { ...axis, size: 56, space: 28, values: (plot, values) => values.map(label), ...(steps && { incrs: steps }) }],
    series: [{}, { stroke: colour('--primary'), width: 1.5, fill: colour('--curve-fill'), points: { show: false } }] };
}

/** One curve over time; its last and its highest value are said in words too. */
export function Curve({ title, times, values, format, axis = format, steps }) {
  const holder = useRef(null);
  const plot = useRef(null);
  const data = useRef([[], []]);
  data.current = [times, values];
  useEffect(() => {
    let gone = false;
    const draw = async () => {
      const Plot = await uPlot();
      if (gone) return;
      plot.current?.destroy();
      plot.current = new Plot(options(holder.current.clientWidth, axis, steps), data.current, holder.current);
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: holder.current.clientWidth, height: 130 }));
    resized.observe(holder.current);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    addEventListener('onchange-theme', draw);
    return () => {
      gone = true;
      resized.disconnect();
      scheme.removeEventListener('change', draw);
      removeEventListener('onchange-theme', draw);
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(data.current), [times, values]);
  const seen = values.filter(value => value !== null && value !== undefined);
  return html`<figure class="curve">
    <figcaption><strong>${title}</strong> ${seen.length
      ? `now ${format(seen[seen.length - 1])}, at most ${format(Math.max(...seen))}` : 'nothing measured yet'}</figcaption>
    <div ref=${holder} class="plot" aria-hidden="true"></div>
  </figure>`;
}
