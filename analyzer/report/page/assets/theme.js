// Dark and light: as the system has it unless the reader says otherwise. Charts are drawn anew in the new colours.

const theme = {
  listeners: [],
  get dark() {
    return document.documentElement.dataset.theme === 'dark';
  },
  color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  },
  apply() {
    const wanted = byId('theme').value;
    const dark = wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    for (const redraw of this.listeners) redraw();
  },
  start() {
    byId('theme').addEventListener('change', () => this.apply());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.apply());
    this.apply();
  },
};

/** A chart in an element, drawn by `options()`, anew whenever the theme or the element's size changes. */
const chartIn = (id, options) => {
  const place = byId(id);
  const chart = echarts.init(place, null, { renderer: 'canvas' });
  const draw = () => chart.setOption({ ...looks(), ...options() }, { notMerge: true });
  theme.listeners.push(draw);
  new ResizeObserver(() => chart.resize()).observe(place);
  draw();
  return { chart, draw };
};

const looks = () => ({
  animation: false,
  backgroundColor: 'transparent',
  textStyle: { color: theme.color('ink'), fontFamily: 'system-ui, "DejaVu Sans", sans-serif' },
});

/** Tooltips are drawn into the picture: nothing of a capture becomes HTML. */
const tooltip = (formatter, more) => ({
  renderMode: 'richText', confine: true, formatter, backgroundColor: theme.color('panel'), borderColor: theme.color('line'),
  textStyle: { color: theme.color('ink'), fontSize: 12 }, ...more,
});

const axis = (more) => ({
  axisLine: { lineStyle: { color: theme.color('soft') } },
  axisLabel: { color: theme.color('ink'), hideOverlap: true, ...(more.axisLabel || {}) },
  splitLine: { lineStyle: { color: theme.color('line') } },
  nameTextStyle: { color: theme.color('soft') },
  ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'axisLabel')),
});
