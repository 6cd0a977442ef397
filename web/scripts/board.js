// Drag and drop: a column of cards (pipeline, workflow stages). The form inside each card does the same with a select.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

for (const lane of document.querySelectorAll("[data-lane]")) {
  Sortable.create(lane, {
    group: lane.dataset.group ?? "lanes",
    draggable: "[data-card]",
    filter: "a, button, select, input",
    preventOnFilter: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    onEnd({ item, to, from, newDraggableIndex, oldDraggableIndex }) {
      if (to === from && newDraggableIndex === oldDraggableIndex) return;
      const form = item.querySelector("form[data-move]");
      if (!form) return;
      form.elements.lane.value = to.dataset.lane;
      if (form.elements.position) form.elements.position.value = String(newDraggableIndex);
      form.requestSubmit();
    },
  });
}
