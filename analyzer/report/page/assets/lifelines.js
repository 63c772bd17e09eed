// Sessions over time: a band for each transport, marks for what happened, how it ended.

const LINES = 24;

const lifelines = {
  start(page) {
    this.page = page;
    this.drawn = chartIn('time-chart', () => this.options());
    this.drawn.chart.on('click', (event) => {
      const [number, session] = event.seriesName === 'sessions' ? [null, event.value[4]] : [event.value[2], null];
      if (number !== null) frames.go((row) => row.number === number);
      else sessions.choose(session);
    });
    this.drawn.chart.getZr().on('dblclick', () => this.drawn.draw());
    sessions.listeners.push(() => this.redraw());
    theme.listeners.push(() => this.fit());
    this.fit();
  },

  redraw() {
    this.fit();
    this.drawn.draw();
  },

  fit() {
    const lines = Math.min(new Set(sessions.of(this.page.tables.sessions).map((row) => row.session)).size, LINES);
    byId('time-chart').style.height = `${Math.max(lines, 1) * 30 + 150}px`;
    this.drawn.chart.resize();
  },

  options() {
    const shown = sessions.of(this.page.tables.sessions);
    const ids = [...new Set(shown.map((row) => row.session))];
    const line = new Map(ids.map((id, i) => [id, i]));
    const rows = sessions.of(this.page.log);
    const end = this.page.end / 1e9;
    byId('time-note').textContent = `${count(ids.length)} ${ids.length === 1 ? 'session' : 'sessions'}, ${span(this.page.end)}`;
    const many = ids.length > LINES;
    return {
      tooltip: tooltip((at) => this.tell(at), { trigger: 'item' }),
      legend: { top: 0, type: 'scroll', textStyle: { color: theme.color('ink') }, pageTextStyle: { color: theme.color('ink') }, pageIconColor: theme.color('link'),
        data: MARKS.map((mark) => mark.name) },
      grid: { left: 96, right: many ? 46 : 18, top: 40, bottom: 74 },
      xAxis: axis({ type: 'value', min: 0, max: end || 1, name: 'seconds since the start', nameLocation: 'middle', nameGap: 26 }),
      yAxis: axis({ type: 'category', inverse: true, data: ids.map((id) => this.page.short.get(id) ?? '-'), splitLine: { show: false } }),
      dataZoom: [
        { type: 'inside', xAxisIndex: 0, filterMode: 'none' },
        { type: 'slider', xAxisIndex: 0, filterMode: 'none', bottom: 8, height: 20, textStyle: { color: theme.color('soft') }, borderColor: theme.color('line') },
        ...(many ? [{ type: 'slider', yAxisIndex: 0, right: 6, width: 16, startValue: 0, endValue: LINES - 1, showDetail: false }] : []),
      ],
      series: [this.bands(shown, line, end), ...markSeries(rows, (id) => line.get(id) ?? -1)],
      aria: { enabled: true, label: { enabled: false } },
    };
  },

  bands(shown, line, end) {
    const switched = new Map(this.page.tables.upgrades.filter((row) => row.outcome === 'completed')
      .map((row) => [row.session, (row.upgrade_sent ?? row.started) / 1e9]));
    const data = [];
    for (const row of shown) {
      const path = (row.transports ?? 'polling').split('>');
      const from = (row.opened ?? 0) / 1e9;
      const to = row.closed === null ? end : row.closed / 1e9;
      const turn = path.length > 1 ? switched.get(row.session) ?? from : to;
      data.push([from, turn, line.get(row.session), path[0], row.session]);
      if (path.length > 1) data.push([turn, to, line.get(row.session), path[path.length - 1], row.session]);
    }
    return {
      name: 'sessions', type: 'custom', data, encode: { x: [0, 1], y: 2 }, z: 1, clip: true,
      renderItem: (params, api) => this.band(params, api),
    };
  },

  band(params, api) {
    const left = api.coord([api.value(0), api.value(2)]);
    const right = api.coord([api.value(1), api.value(2)]);
    const area = params.coordSys;
    const shape = echarts.graphic.clipRectByRect(
      { x: left[0], y: left[1] - 8, width: Math.max(right[0] - left[0], 2), height: 16 },
      { x: area.x, y: area.y, width: area.width, height: area.height });
    return shape && { type: 'rect', shape: { ...shape, r: 3 }, style: { fill: theme.color(api.value(3)) || theme.color('soft'), opacity: 0.5 } };
  },

  tell(at) {
    if (at.seriesName === 'sessions') {
      const [from, to, , transport, session] = at.value;
      return `${elide(session, 40) || '-'}\n${transport}, ${span((to - from) * 1e9)}`;
    }
    const row = this.page.byNumber(at.value[2]);
    if (!row) return '';
    const what = [row.type, row.event, row.issue].filter(Boolean).map((text) => elide(text, 60)).join(' ');
    return `+${span(row.time)}  ${{ c2s: '→', s2c: '←' }[row.direction] ?? ''} ${what}\n${elide(row.detail ?? row.data ?? '', 70)}`;
  },
};
