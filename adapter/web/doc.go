// Package web 网页 serves the pages: rendered on the server, alive through a little script, working without it.
//
// Handlers read through app and write through app.Do; a page's numbers go through one component (fig.go) that takes an
// app.Fig and nothing else, so that each of them opens its reasons. Texts come out of the catalogue; templates in pages/ hold
// keys. Routes stand in one table (routes.go) with the right that each needs; a test walks it for every role.
package web
