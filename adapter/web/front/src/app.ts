// What pages do beyond links and forms: the WHY sheet, the palette, lists by keyboard, drafts that save themselves.
// Every page works without this file.
import "htmx.org";
import { palette } from "./palette";
import { drafts } from "./drafts";
import { lists } from "./lists";
import { sheet } from "./sheet";

document.addEventListener("DOMContentLoaded", () => {
  sheet();
  palette();
  drafts();
  lists();
});
