// Drawing. Vega's expressions are interpreted, never compiled, so that the page needs no permission to evaluate text.
const NARROW = 620;

const themeName = () => {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

const specOf = (figure, rows, { width, narrow, picture }) => {
  const spec = structuredClone(figure.spec);
  spec.datasets = { rows };
  const { numbers, step, rows: named, columns, needs } = spec.usermeta;
  const high = narrow && step ? Math.max(step, 26) : step;
  const drawn = needs ? rows.filter((row) => known(row[needs])) : rows;
  if (step) spec.height = high * (named ? new Set(drawn.map((row) => row[named])).size : drawn.length);
  if (numbers && narrow) spec.layer = spec.layer.filter((layer) => layer.name !== "numbers");
  // Names over columns stand upright where there is no room for them to lean.
  if (columns && narrow) {
    for (const layer of spec.layer) {
      Object.assign(layer.encoding.x.axis, { labelAngle: -90, labelLimit: 150, labelFontSize: 10 });
      if (layer.encoding.color?.legend) layer.encoding.color.legend.gradientLength = 130;
    }
  }
  if (narrow) {
    for (const { encoding } of spec.layer ?? [spec]) {
      const axis = encoding?.x?.axis;
      if (axis?.title) axis.title = axis.title.replace(/ \(.*\)$/, "");
      if (encoding?.color?.legend?.columns) encoding.color.legend.columns = 2;
    }
  }
  spec.padding = { left: 4, top: 4, bottom: 4, right: numbers && !narrow ? 158 : 8 };
  spec.width = width;
  if (picture) {
    spec.title = { text: figure.title, subtitle: picture };
  }
  return spec;
};

const configOf = (theme, narrow, columns) => {
  const config = structuredClone(page.themes[theme]);
  if (narrow) {
    config.axisY.labelLimit = columns ? 105 : 150;
    config.axisY.labelFontSize = columns ? 10 : 11;
    config.axisY.labelExpr = "split(replace(datum.label, /^(.{4,18}) (?=.)/, '$1\\n'), '\\n')";
    config.legend.columns = 2;
    config.legend.labelLimit = 130;
    config.legend.gradientLength = 180;
  }
  return config;
};

const options = (config) => ({
  mode: "vega-lite",
  renderer: "svg",
  actions: false,
  ast: true,
  defaultStyle: false,
  logLevel: 1,
  config,
  tooltip: { disableDefaultStyle: true },
});

const draw = async (figure, place, rows) => {
  const narrow = place.clientWidth < NARROW;
  // In an element of its own: Vega would put its own words over those that say what the chart shows.
  const inner = document.createElement("div");
  inner.setAttribute("aria-hidden", "true");
  place.replaceChildren(inner);
  const made = await vegaEmbed(inner, specOf(figure, rows, { width: place.clientWidth, narrow }), options(configOf(themeName(), narrow, figure.spec.usermeta.columns)));
  return made.view;
};

// A picture of what is shown, in light, with title, choices and origin in it.
const pictureOf = async (figure, rows, lines, form) => {
  const place = document.createElement("div");
  const spec = specOf(figure, rows, { width: 800, narrow: false, picture: lines });
  const made = await vegaEmbed(place, spec, options(configOf("light", false)));
  const url = form === "svg" ? svgUrl(await made.view.toSVG()) : await made.view.toImageURL("png", 2);
  made.view.finalize();
  return url;
};

const svgUrl = (text) => "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
