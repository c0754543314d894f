'use strict';
(function () {
  const charts = JSON.parse(document.getElementById('data').textContent);
  // The same colours as those of legends in the style sheet.
  const palette = ['#3b6fb6', '#d9822b', '#3d9a6c', '#b5485d', '#7d5fb2', '#8a7a4f', '#3aa0b0', '#6b7280'];
  const dark = '#1f2733';
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

  // Two digits that matter, which fit a cell.
  function brief(value, percent) {
    return percent ? (100 * value).toFixed(0) + ' %' : String(Number(value.toPrecision(2)));
  }

  function cut(width) {
    const most = width < 500 ? 18 : 24;
    return function (text) { return text.length > most ? text.slice(0, most - 1) + '…' : text; };
  }

  // Few names are all shown, askew where they are too long to stand beside each other; of many, those that do not overlap.
  function named(axis, list, width) {
    const few = list.length <= 12;
    const longest = list.reduce(function (most, name) { return Math.max(most, cut(width)(name).length * 6.8); }, 0);
    const askew = few && longest > (width - 90) / list.length;
    const label = { interval: few ? 0 : 'auto', hideOverlap: !few, rotate: askew ? 40 : 0, formatter: cut(width) };
    return Object.assign({ type: 'category', data: list, axisLabel: label }, below(axis, askew ? longest * 0.65 : 0));
  }

  function below(name, room) {
    return { name: name, nameLocation: 'middle', nameGap: 26 + (room || 0) };
  }

  function above(name) {
    return { name: name, nameLocation: 'end', nameGap: 12, nameTextStyle: { align: 'left' } };
  }

  function heat(chart, width) {
    const signed = chart.least < 0;
    const room = (width - 100) / chart.columns.length;
    return {
      tooltip: Object.assign({
        formatter: function (item) {
          return chart.columns[item.value[0]] + ', ' + chart.rows[item.value[1]] + ': ' + shown(item.value[2], chart.percent);
        }
      }, plain),
      grid: { left: 8, right: 16, top: 10, bottom: chart.x ? 62 : 44, containLabel: true },
      xAxis: named(chart.x, chart.columns, width),
      yAxis: { type: 'category', data: chart.rows, inverse: true, axisLabel: { interval: 0, formatter: cut(width) } },
      visualMap: {
        min: chart.least, max: chart.most, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemWidth: 10, itemHeight: 120,
        inRange: { color: signed ? ['#8f2d43', '#dca3ae', '#f6f6f6', '#a9c3e6', '#173f73'] : ['#f3f6fb', '#a9c3e6', '#4d7fc1', '#173f73'] },
        text: [shown(chart.most, chart.percent), shown(chart.least, chart.percent)]
      },
      series: [{
        type: 'heatmap',
        data: chart.cells.map(function (cell) {
          return { value: cell, label: { color: Math.abs(cell[2]) > chart.most * 0.55 ? '#fff' : dark } };
        }),
        label: { show: room >= 34, fontSize: 10, formatter: function (item) { return brief(item.value[2], chart.percent); } },
        itemStyle: { borderColor: '#fff', borderWidth: 1 }
      }]
    };
  }

  function bars(chart, width) {
    return {
      tooltip: Object.assign({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: short }, plain),
      grid: { left: 8, right: 16, top: 34, bottom: chart.x ? 26 : 8, containLabel: true },
      xAxis: named(chart.x, chart.groups, width),
      yAxis: Object.assign({ type: 'value', max: chart.most }, above(chart.y)),
      series: chart.series.map(function (one) {
        return { type: 'bar', name: one.name, data: one.values, barGap: '5%' };
      })
    };
  }

  function lines(chart) {
    // What is no share is shown as near as it is, not from zero on.
    const axis = chart.shares ? { type: 'value', min: 0, max: 1 } : { type: 'value', scale: true };
    return {
      tooltip: Object.assign({ trigger: 'axis', valueFormatter: short }, plain),
      grid: { left: 8, right: 24, top: 34, bottom: 26, containLabel: true },
      xAxis: Object.assign({}, axis, below(chart.x)),
      yAxis: Object.assign({}, axis, above(chart.y)),
      series: chart.lines.map(function (line) {
        return { type: 'line', name: line.name, data: line.points, showSymbol: line.points.length < 20, symbolSize: 6 };
      })
    };
  }

  const kinds = { heat: heat, bars: bars, lines: lines };
  function draw(view, chart) {
    const fixed = { animation: false, color: palette, aria: { enabled: true } };
    view.setOption(Object.assign(fixed, kinds[chart.kind](chart, view.getWidth())), true);
  }

  const drawn = charts.map(function (chart, index) {
    const view = echarts.init(document.getElementById('chart-' + index), null, { renderer: 'svg' });
    draw(view, chart);
    return view;
  });
  document.documentElement.setAttribute('data-charts', String(drawn.length));
  window.addEventListener('resize', function () {
    drawn.forEach(function (view, index) {
      view.resize();
      draw(view, charts[index]);
    });
  });
})();
