// Before the first paint: the look that the reader chose, else the system's.
(() => {
  let chosen = "";
  try {
    chosen = localStorage.getItem("onrecord-theme") ?? "";
  } catch {
    // a browser that keeps nothing
  }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
