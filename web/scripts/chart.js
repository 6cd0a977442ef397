// Draws a chart from the table that says the same: <figure data-chart="bar|line" ><canvas></canvas><table>…</table></figure>.
import { BarController, BarElement, CategoryScale, Chart, LineController, LineElement, LinearScale, PointElement, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LineController, LineElement, LinearScale, PointElement, Tooltip);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(figure) {
  const table = figure.querySelector("table");
  const canvas = figure.querySelector("canvas");
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const body = [...table.tBodies[0].rows];
  const tones = ["--brand-ink", "--line-strong", "--info"];
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = colour("--ink-soft");
  return new Chart(canvas, {
    type: figure.dataset.chart,
    data: {
      labels: body.map((row) => row.cells[0].textContent.trim()),
      datasets: heads.map((head, index) => ({
        label: head.textContent.trim(),
        data: body.map((row) => Number(row.cells[index + 1].dataset.value)),
        backgroundColor: colour(tones[index % tones.length]),
        borderColor: colour(tones[index % tones.length]),
        borderWidth: figure.dataset.chart === "line" ? 2 : 0,
        pointRadius: 2,
        maxBarThickness: 32,
        borderRadius: 2,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      scales: { x: { grid: { display: false } }, y: { beginAtZero: true, grid: { color: colour("--line") }, border: { display: false } } },
      plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => body[item.dataIndex].cells[item.datasetIndex + 1].textContent.trim() } } },
    },
  });
}

let charts = [...document.querySelectorAll("figure[data-chart]")].map(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const chart of charts) chart.destroy();
  charts = [...document.querySelectorAll("figure[data-chart]")].map(draw);
});
