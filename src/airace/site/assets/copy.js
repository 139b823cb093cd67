"use strict";
// Copies the text of the page's text field; where the browser forbids it, selects it for the reader.
(() => {
  const text = document.getElementById("text");
  const button = document.getElementById("copy");
  const said = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.focus();
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "Copied.";
    } catch (refused) { // no clipboard for this page: an older way, or the reader's own keys
      said.textContent = document.execCommand("copy")
        ? "Copied."
        : "The text is selected: copy it with Ctrl+C, or ⌘C on a Mac.";
    }
  });
})();
