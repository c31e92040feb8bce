import { parse, View } from "vega";
import { compile } from "vega-lite";

const DECADES = Array.from({ length: 8 }, (_, power) => 10 ** power);

/** The picture of the points, as the text of an SVG that reads well on light and dark pages. */
export async function plot({ node, points }) {
  const { spec } = compile({
    title: { text: "What one costs, by how many there are", subtitle: `Node ${node}, processor time` },
    width: 520,
    height: 260,
    background: "white",
    padding: 10,
    data: { values: points },
    mark: { type: "line", point: true },
    encoding: {
      x: {
        field: "n",
        type: "quantitative",
        scale: { type: "log" },
        axis: { format: "~s", title: "how many", values: DECADES },
      },
      y: {
        field: "ns",
        type: "quantitative",
        scale: { type: "log" },
        axis: { format: "~s", title: "nanoseconds each", values: DECADES },
      },
      color: {
        field: "kind",
        type: "nominal",
        title: null,
        sort: null,
        legend: { orient: "bottom", columns: 4, labelLimit: 0 },
      },
    },
    config: { font: "sans-serif" },
  });
  return `${await new View(parse(spec), { renderer: "none" }).toSVG()}\n`;
}
