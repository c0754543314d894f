'use strict';
(function () {
  const charts = JSON.parse(document.getElementById('data').textContent);
  const palette = ['#3b6fb6', '#d9822b', '#3d9a6c', '#b5485d', '#7d5fb2', '#8a7a4f', '#3aa0b0', '#6b7280'];
  // Text of tooltips is drawn, never parsed as HTML.
  const plain = { renderMode: 'richText', confine: true };

  function short(value) {
    if (value === null || value === undefined) return '–';
    const size = Math.abs(value);
    return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : String(Math.round(value * 1e4) / 1e4);
  }

  function shown(value, percent) {
    return percent ? (100 * value).toFixed(1) + ' %' : short(value);
  }

  function cut(text) {
    return text.length > 24 ? text.slice(0, 23) + '…' : text;
  }

  function heat(chart) {
    const values = chart.cells.map(function (cell) { return cell[2]; });
    let most = 0;
    values.forEach(function (value) { most = Math.max(most, value); });
    const labelled = chart.columns.length * chart.rows.length <= 60;
    return {
      tooltip: Object.assign({
        formatter: function (item) {
          return chart.columns[item.value[0]] + ', ' + chart.rows[item.value[1]] + ': ' + shown(item.value[2], chart.percent);
        }
      }, plain),
      grid: { left: 12, right: 16, top: 10, bottom: 44, containLabel: true },
      xAxis: { type: 'category', data: chart.columns, axisLabel: { formatter: cut } },
      yAxis: { type: 'category', data: chart.rows, inverse: true, axisLabel: { formatter: cut } },
      visualMap: {
        min: 0, max: most || 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemWidth: 10, itemHeight: 120,
        inRange: { color: ['#f3f6fb', '#a9c3e6', '#4d7fc1', '#173f73'] },
        text: [shown(most, chart.percent), shown(0, chart.percent)]
      },
      series: [{
        type: 'heatmap',
        data: chart.cells.map(function (cell) {
          return { value: cell, label: { color: cell[2] > most / 2 ? '#fff' : '#1f2733' } };
        }),
        label: { show: labelled, fontSize: 10, formatter: function (item) { return shown(item.value[2], chart.percent); } },
        itemStyle: { borderColor: '#fff', borderWidth: 1 }
      }]
    };
  }

  function bars(chart) {
    return {
      tooltip: Object.assign({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: short }, plain),
      legend: { show: chart.series.length > 1, top: 0, type: 'scroll', formatter: cut },
      grid: { left: 30, right: 16, top: 36, bottom: 26, containLabel: true },
      xAxis: { type: 'category', data: chart.groups, name: chart.x, nameLocation: 'middle', nameGap: 28, axisLabel: { formatter: cut } },
      yAxis: { type: 'value', name: chart.y, nameLocation: 'middle', nameGap: 42 },
      series: chart.series.map(function (one) {
        return { type: 'bar', name: one.name, data: one.values, barGap: '5%' };
      })
    };
  }

  function lines(chart) {
    return {
      tooltip: Object.assign({ trigger: 'axis', valueFormatter: short }, plain),
      legend: { top: 0, type: 'scroll', formatter: cut },
      grid: { left: 30, right: 24, top: 44, bottom: 26, containLabel: true },
      xAxis: { type: 'value', min: 0, max: 1, name: chart.x, nameLocation: 'middle', nameGap: 28 },
      yAxis: { type: 'value', min: 0, max: 1, name: chart.y, nameLocation: 'middle', nameGap: 42 },
      series: chart.lines.map(function (line) {
        return { type: 'line', name: line.name, data: line.points, showSymbol: false };
      })
    };
  }

  const kinds = { heat: heat, bars: bars, lines: lines };
  const drawn = charts.map(function (chart, index) {
    const view = echarts.init(document.getElementById('chart-' + index), null, { renderer: 'svg' });
    view.setOption(Object.assign({ animation: false, color: palette, aria: { enabled: true } }, kinds[chart.kind](chart)));
    return view;
  });
  document.documentElement.setAttribute('data-charts', String(drawn.length));
  window.addEventListener('resize', function () {
    drawn.forEach(function (view) { view.resize(); });
  });
})();
