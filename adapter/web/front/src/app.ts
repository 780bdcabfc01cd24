// What pages do beyond links and forms: the WHY sheet, the palette, lists by keyboard, drafts that save themselves.
// Every page works without this file.
import "htmx.org";
import { messages } from "./messages";
import { palette } from "./palette";
import { desk } from "./desk";
import { drafts } from "./drafts";
import { lists } from "./lists";
import { meeting } from "./meeting";
import { sheet } from "./sheet";
import { steps } from "./steps";
import { tryit } from "./tryit";
import { network } from "./network";
import { visit } from "./visit";

document.addEventListener("DOMContentLoaded", () => {
  sheet();
  palette();
  drafts();
  steps();
  desk();
  meeting();
  lists();
  tryit();
  network();
  visit();
  messages();
});
